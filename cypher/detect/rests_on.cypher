// purpose: the values that tie each community of a run together
// params: run: str, runs: list
// returns: none
// mode: write
MATCH (r:Ring {run: $run})<-[:MEMBER_OF]-(p:Policyholder)-[x:HOLDS {is_fresh: true}]->(v:Identifier)<-[j:JUDGED {verdict: 'evidence'}]-(source:Run)
WHERE source.run_id IN $runs AND x.run = source.run_id
WITH r, v, count(DISTINCT p) AS holders, max(j.n_holders) AS total
WHERE holders >= 2
MERGE (r)-[y:RESTS_ON]->(v)
SET
  y.role = 'evidence',
  y.holders_in_ring = holders,
  y.holders_total = total,
  y.runs = [$run]
