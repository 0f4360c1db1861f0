// purpose: one node a suspected ring of one run
// params: none
// returns: none
// mode: schema
CREATE CONSTRAINT ring_key IF NOT EXISTS
FOR (n:Ring) REQUIRE n.id IS UNIQUE
