// purpose: one node a phone number
// params: none
// returns: none
// mode: schema
CREATE CONSTRAINT phone_value IF NOT EXISTS
FOR (v:Phone) REQUIRE v.value IS UNIQUE
