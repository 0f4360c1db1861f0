// purpose: a person whom other runs know too belongs to the household of one of those again; a real name is masked
// params: run: str
// returns: none
// mode: write
MATCH (p:Policyholder {described_by: $run})
CALL (p) {
  OPTIONAL MATCH (p)-[x:HOLDS]->()
  WITH p, x
  ORDER BY x.run DESC
  LIMIT 1
  SET
    p.name = p.masked_name,
    p.household = coalesce(x.household, p.household),
    p.described_by = coalesce(x.run, last(p.runs))
} IN TRANSACTIONS OF 10000 ROWS
