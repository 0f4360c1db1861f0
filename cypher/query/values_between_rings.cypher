// purpose: values held by people of two suspected rings of a run: a ring that split, or brokers who pass clients on
// params: max_holders: int
// returns: ring_a, ring_b, kind, shown, holders_a, holders_b, holders, run
// mode: read
MATCH (ra:Ring)
MATCH (run:Run {run_id: ra.run})
WITH ra, coalesce(run.detected_in, [run.run_id]) AS cases
MATCH (ra)<-[:MEMBER_OF]-(a:Policyholder)-[x:HOLDS]->(v:Identifier)<-[j:JUDGED]-(source:Run)
WHERE x.run IN cases AND source.run_id IN cases AND j.n_holders <= $max_holders
WITH ra, cases, a, v, max(j.n_holders) AS holders
MATCH (v)<-[y:HOLDS]-(b:Policyholder)-[:MEMBER_OF]->(rb:Ring {run: ra.run})
WHERE y.run IN cases AND ra.ring_id < rb.ring_id AND a <> b
WITH ra, rb, v, holders, count(DISTINCT a) AS holders_a, count(DISTINCT b) AS holders_b
RETURN
  ra.ring_id AS ring_a,
  rb.ring_id AS ring_b,
  v.kind AS kind,
  v.shown AS shown,
  holders_a,
  holders_b,
  holders,
  ra.run AS run
ORDER BY holders, run, ring_a, ring_b, kind, shown, v.value
