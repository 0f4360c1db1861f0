// purpose: one node a complaint template of one run
// params: none
// returns: none
// mode: schema
CREATE CONSTRAINT template_key IF NOT EXISTS
FOR (n:ComplaintTemplate) REQUIRE n.id IS UNIQUE
