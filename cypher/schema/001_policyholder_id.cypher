// purpose: one node a policyholder
// params: none
// returns: none
// mode: schema
CREATE CONSTRAINT policyholder_id IF NOT EXISTS
FOR (p:Policyholder) REQUIRE p.policyholder_id IS UNIQUE
