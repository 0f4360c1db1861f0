// purpose: policyholders who share an identifier with one policyholder, rarest link first
// params: policyholder_id: str, max_holders: int
// returns: other_id, kind, shown, holders, verdict
// mode: read
MATCH (:Policyholder {policyholder_id: $policyholder_id})-[:HOLDS]->(v:Identifier)
WHERE v.n_holders <= $max_holders
MATCH (v)<-[:HOLDS]-(other:Policyholder)
WHERE other.policyholder_id <> $policyholder_id
RETURN DISTINCT
  other.policyholder_id AS other_id,
  v.kind AS kind,
  v.shown AS shown,
  v.n_holders AS holders,
  v.verdict AS verdict
ORDER BY holders, kind, shown, other_id
