// purpose: the values that each ring of a run rests on
// params: run: str
// returns: ring_id, node_id, kind, value, masked, holders_in_ring, holders_total, role, reason_zh, reason_en
// mode: read
MATCH (r:Ring {run: $run})-[x:RESTS_ON]->(v:Identifier)
OPTIONAL MATCH (:Run {run_id: $run})-[j:JUDGED]->(v)
RETURN
  r.ring_id AS ring_id,
  x.node_id AS node_id,
  v.kind AS kind,
  v.value AS value,
  v.shown AS masked,
  x.holders_in_ring AS holders_in_ring,
  x.holders_total AS holders_total,
  x.role AS role,
  j.reason_zh AS reason_zh,
  j.reason_en AS reason_en
ORDER BY x.place
