// purpose: who holds which value by which source row, in a run
// params: run: str
// returns: policyholder_id, kind, value, source, role, since, is_fresh, household
// mode: read
MATCH (p:Policyholder)-[x:HOLDS {run: $run}]->(v:Identifier)
RETURN
  p.policyholder_id AS policyholder_id,
  v.kind AS kind,
  v.value AS value,
  x.source AS source,
  x.role AS role,
  x.since AS since,
  x.is_fresh AS is_fresh,
  x.household AS household
ORDER BY policyholder_id, kind, value, source
