// purpose: the shortest way two policyholders are linked by judged evidence alone
// params: from_id: str, to_id: str
// returns: hops, people, values
// mode: read
MATCH (a:Policyholder {policyholder_id: $from_id})
MATCH (b:Policyholder {policyholder_id: $to_id})
MATCH path = shortestPath((a)-[:HOLDS*..14]-(b))
WHERE
  all(h IN relationships(path) WHERE h.is_fresh) AND
  all(n IN nodes(path) WHERE n:Policyholder OR n.verdict = 'evidence')
RETURN
  length(path) AS hops,
  [n IN nodes(path) WHERE n:Policyholder | n.policyholder_id] AS people,
  [n IN nodes(path) WHERE n:Identifier | n.kind + ' ' + n.shown] AS values
