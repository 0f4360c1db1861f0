// purpose: find an Identifier by its verdict
// params: none
// returns: none
// mode: schema
CREATE INDEX identifier_by_verdict IF NOT EXISTS
FOR (n:Identifier) ON (n.verdict)
