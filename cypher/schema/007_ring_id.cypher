// purpose: one node a suspected ring
// params: none
// returns: none
// mode: schema
CREATE CONSTRAINT ring_id IF NOT EXISTS
FOR (r:Ring) REQUIRE r.ring_id IS UNIQUE
