// purpose: values held by people of two suspected rings: a ring that split, or brokers who pass clients on
// params: max_holders: int
// returns: ring_a, ring_b, kind, shown, holders_a, holders_b, holders
// mode: read
MATCH (ra:Ring)<-[:MEMBER_OF]-(a:Policyholder)-[:HOLDS]->(v:Identifier)<-[:HOLDS]-(b:Policyholder)-[:MEMBER_OF]->(rb:Ring)
WHERE ra.run = rb.run AND ra.ring_id < rb.ring_id AND a <> b AND v.n_holders <= $max_holders
RETURN
  ra.ring_id AS ring_a,
  rb.ring_id AS ring_b,
  v.kind AS kind,
  v.shown AS shown,
  count(DISTINCT a) AS holders_a,
  count(DISTINCT b) AS holders_b,
  v.n_holders AS holders
ORDER BY holders, ring_a, ring_b, kind, shown
