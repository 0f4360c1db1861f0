// purpose: everybody who holds one phone, account or other value, since when, and the ring each is suspected in
// params: kind: str, value: str
// returns: policyholder_id, role, since, is_fresh, ring_id, ring_role
// mode: read
MATCH (:Identifier {kind: $kind, value: $value})<-[h:HOLDS]-(p:Policyholder)
OPTIONAL MATCH (p)-[m:MEMBER_OF]->(r:Ring)
RETURN DISTINCT
  p.policyholder_id AS policyholder_id,
  h.role AS role,
  h.since AS since,
  h.is_fresh AS is_fresh,
  r.ring_id AS ring_id,
  m.role AS ring_role
ORDER BY policyholder_id, role, since, ring_id
