// purpose: people who share evidence with a suspected ring of a run and are not in it
// params: run: str, ring_id: str
// returns: policyholder_id, values, has_case
// mode: read
MATCH (run:Run {run_id: $run})
WITH coalesce(run.detected_in, [run.run_id]) AS cases
MATCH (r:Ring {id: $run + '/' + $ring_id})-[:RESTS_ON]->(v:Identifier)<-[:JUDGED {verdict: 'evidence'}]-(source:Run)
WHERE source.run_id IN cases
MATCH (v)<-[h:HOLDS]-(p:Policyholder)
WHERE h.run IN cases AND NOT EXISTS { (p)-[:MEMBER_OF]->(r) }
WITH
  p,
  v,
  EXISTS {
    MATCH (p)-[x:FILED|SURRENDERED]->()
    WHERE any(name IN cases WHERE name IN x.runs)
  } AS has_case
ORDER BY v.kind, v.shown
RETURN
  p.policyholder_id AS policyholder_id,
  collect(DISTINCT v.kind + ' ' + v.shown) AS values,
  has_case
ORDER BY policyholder_id
