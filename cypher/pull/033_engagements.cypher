// purpose: who was sold to, serviced, advised or represented by whom, in a run
// params: run: str
// returns: policyholder_id, intermediary_id, role, since
// mode: read
MATCH (p:Policyholder)-[x:ENGAGED]->(i:Intermediary)
WHERE $run IN x.runs
RETURN
  p.policyholder_id AS policyholder_id,
  i.value AS intermediary_id,
  x.role AS role,
  x.since AS since
ORDER BY policyholder_id, intermediary_id, role
