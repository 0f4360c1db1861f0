// purpose: one node an intermediary; its value is the intermediary_id
// params: none
// returns: none
// mode: schema
CREATE CONSTRAINT intermediary_value IF NOT EXISTS
FOR (v:Intermediary) REQUIRE v.value IS UNIQUE
