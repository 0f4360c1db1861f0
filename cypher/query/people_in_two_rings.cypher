// purpose: people who are linked to more than one suspected ring of a run
// params: none
// returns: policyholder_id, rings, run
// mode: read
MATCH (p:Policyholder)-[m:MEMBER_OF]->(r:Ring)
WITH p, r.run AS run, r.ring_id AS ring_id
ORDER BY ring_id
WITH p, run, collect(ring_id) AS rings
WHERE size(rings) > 1
RETURN
  p.policyholder_id AS policyholder_id,
  rings,
  run
ORDER BY policyholder_id, run, rings
