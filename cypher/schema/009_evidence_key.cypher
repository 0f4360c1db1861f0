// purpose: one node a statement for or against a ring of one run
// params: none
// returns: none
// mode: schema
CREATE CONSTRAINT evidence_key IF NOT EXISTS
FOR (n:Evidence) REQUIRE n.id IS UNIQUE
