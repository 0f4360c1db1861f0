// purpose: one node a surrender
// params: none
// returns: none
// mode: schema
CREATE CONSTRAINT surrender_id IF NOT EXISTS
FOR (n:Surrender) REQUIRE n.surrender_id IS UNIQUE
