// purpose: one node a shared value; phones, accounts and intermediaries carry this label beside their own
// params: none
// returns: none
// mode: schema
CREATE CONSTRAINT identifier_kind_value IF NOT EXISTS
FOR (v:Identifier) REQUIRE (v.kind, v.value) IS UNIQUE
