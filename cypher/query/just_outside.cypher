// purpose: people who share evidence with a suspected ring and are not in it
// params: ring_id: str
// returns: policyholder_id, values, has_case
// mode: read
MATCH (r:Ring {ring_id: $ring_id})-[:RESTS_ON]->(v:Identifier {verdict: 'evidence'})<-[:HOLDS]-(p:Policyholder)
WHERE NOT EXISTS { (p)-[:MEMBER_OF]->(r) }
WITH p, v
ORDER BY v.kind, v.shown
RETURN
  p.policyholder_id AS policyholder_id,
  collect(DISTINCT v.kind + ' ' + v.shown) AS values,
  EXISTS { (p)-[:FILED|SURRENDERED]->() } AS has_case
ORDER BY policyholder_id
