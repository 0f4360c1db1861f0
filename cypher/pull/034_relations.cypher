// purpose: declared relations between policyholders of a run
// params: run: str
// returns: policyholder_id, related_policyholder_id, relation
// mode: read
MATCH (p:Policyholder)-[x:RELATED]->(other:Policyholder)
WHERE $run IN x.runs
RETURN
  p.policyholder_id AS policyholder_id,
  other.policyholder_id AS related_policyholder_id,
  x.relation AS relation
ORDER BY policyholder_id, related_policyholder_id, relation
