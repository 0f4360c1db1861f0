// purpose: one node a policy
// params: none
// returns: none
// mode: schema
CREATE CONSTRAINT policy_id IF NOT EXISTS
FOR (n:Policy) REQUIRE n.policy_id IS UNIQUE
