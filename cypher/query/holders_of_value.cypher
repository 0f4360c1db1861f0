// purpose: everybody who holds one phone, account or other value, since when, and the ring each is suspected in, by run
// params: kind: str, value: str
// returns: policyholder_id, role, since, is_fresh, ring_id, ring_role, run
// mode: read
MATCH (:Identifier {kind: $kind, value: $value})<-[h:HOLDS]-(p:Policyholder)
OPTIONAL MATCH (p)-[m:MEMBER_OF]->(r:Ring {run: h.run})
RETURN DISTINCT
  p.policyholder_id AS policyholder_id,
  h.role AS role,
  h.since AS since,
  h.is_fresh AS is_fresh,
  r.ring_id AS ring_id,
  m.role AS ring_role,
  h.run AS run
ORDER BY policyholder_id, role, since, run, ring_id
