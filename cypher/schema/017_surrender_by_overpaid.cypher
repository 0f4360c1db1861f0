// purpose: find a Surrender by what was paid above cash value
// params: none
// returns: none
// mode: schema
CREATE INDEX surrender_by_overpaid IF NOT EXISTS
FOR (n:Surrender) ON (n.overpaid)
