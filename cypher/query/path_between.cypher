// purpose: the shortest way two policyholders are linked by shared values or letters; widely held values (as the last push counted) left out
// params: from_id: str, to_id: str, max_holders: int
// returns: hops, steps
// mode: read
MATCH (a:Policyholder {policyholder_id: $from_id})
MATCH (b:Policyholder {policyholder_id: $to_id})
MATCH path = shortestPath((a)-[:HOLDS|FILED|WRITTEN_AS*..14]-(b))
WHERE all(n IN nodes(path) WHERE coalesce(n.n_holders, 0) <= $max_holders)
RETURN
  length(path) AS hops,
  [n IN nodes(path) | {
    kind: CASE
      WHEN n:Policyholder THEN 'policyholder'
      WHEN n:ComplaintTemplate THEN 'template'
      WHEN n:Complaint THEN 'complaint'
      ELSE n.kind
    END,
    name: coalesce(n.policyholder_id, n.template_id, n.complaint_id, n.shown)
  }] AS steps
