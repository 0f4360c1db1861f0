// purpose: who is suspected in which ring of a run, in which role and why
// params: run: str
// returns: ring_id, policyholder_id, role, strength, joined_on, reason_zh, reason_en
// mode: read
MATCH (r:Ring {run: $run})<-[m:MEMBER_OF]-(p:Policyholder)
RETURN
  r.ring_id AS ring_id,
  p.policyholder_id AS policyholder_id,
  m.role AS role,
  m.strength AS strength,
  m.joined_on AS joined_on,
  m.reason_zh AS reason_zh,
  m.reason_en AS reason_en
ORDER BY r.rank, ring_id, policyholder_id
