// purpose: the values that tie each community of a run together
// params: run: str, runs: list
// returns: none
// mode: write
MATCH (r:Ring {run: $run})<-[:MEMBER_OF]-(p:Policyholder)-[x:HOLDS {is_fresh: true}]->(v:Identifier {verdict: 'evidence'})
WHERE any(run IN x.runs WHERE run IN $runs)
WITH r, v, count(DISTINCT p) AS holders
WHERE holders >= 2
MERGE (r)-[y:RESTS_ON]->(v)
SET
  y.role = 'evidence',
  y.holders_in_ring = holders,
  y.holders_total = v.n_holders,
  y.runs = [$run]
