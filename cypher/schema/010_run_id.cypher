// purpose: one node a push
// params: none
// returns: none
// mode: schema
CREATE CONSTRAINT run_id IF NOT EXISTS
FOR (n:Run) REQUIRE n.run_id IS UNIQUE
