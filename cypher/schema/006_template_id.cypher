// purpose: one node a complaint template
// params: none
// returns: none
// mode: schema
CREATE CONSTRAINT template_id IF NOT EXISTS
FOR (t:ComplaintTemplate) REQUIRE t.template_id IS UNIQUE
