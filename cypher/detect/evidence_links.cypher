// purpose: the judged evidence of some runs, one row a person and linking value
// params: runs: list
// returns: policyholder_id, household, kind, value, weight
// mode: read
MATCH (v:Identifier {verdict: 'evidence'})<-[x:HOLDS {is_fresh: true}]-(p:Policyholder)
WHERE any(run IN x.runs WHERE run IN $runs)
WITH DISTINCT p, v
RETURN
  p.policyholder_id AS policyholder_id,
  p.household AS household,
  v.kind AS kind,
  v.value AS value,
  CASE WHEN v.score > 0.1 THEN v.score ELSE 0.1 END / CASE WHEN v.n_fresh > 1 THEN v.n_fresh ELSE 1 END AS weight
ORDER BY policyholder_id, kind, value
