// purpose: the shortest way two policyholders are linked by what one run judged as evidence, and by nothing else
// params: run: str, from_id: str, to_id: str
// returns: hops, people, values
// mode: read
MATCH (run:Run {run_id: $run})
WITH coalesce(run.detected_in, [run.run_id]) AS cases
MATCH (a:Policyholder {policyholder_id: $from_id})
MATCH (b:Policyholder {policyholder_id: $to_id})
MATCH path = shortestPath((a)-[:HOLDS*..14]-(b))
WHERE
  all(h IN relationships(path) WHERE h.is_fresh AND h.run IN cases) AND
  all(n IN nodes(path) WHERE n:Policyholder OR EXISTS {
    (n)<-[:JUDGED {verdict: 'evidence'}]-(source:Run)
    WHERE source.run_id IN cases
  })
RETURN
  length(path) AS hops,
  [n IN nodes(path) WHERE n:Policyholder | n.policyholder_id] AS people,
  [n IN nodes(path) WHERE n:Identifier | n.kind + ' ' + n.shown] AS values
