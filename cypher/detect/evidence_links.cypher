// purpose: the judged evidence of some runs, one row a person and linking value
// params: runs: list
// returns: policyholder_id, kind, value, weight
// mode: read
MATCH (run:Run)-[j:JUDGED {verdict: 'evidence'}]->(v:Identifier)<-[x:HOLDS {is_fresh: true}]-(p:Policyholder)
WHERE run.run_id IN $runs AND x.run = run.run_id
WITH p, v, max(CASE WHEN j.score > 0.1 THEN j.score ELSE 0.1 END / CASE WHEN j.n_fresh > 1 THEN j.n_fresh ELSE 1 END) AS weight
RETURN
  p.policyholder_id AS policyholder_id,
  v.kind AS kind,
  v.value AS value,
  weight
ORDER BY policyholder_id, kind, value
