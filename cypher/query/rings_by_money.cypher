// purpose: suspected rings of all runs by what was paid above cash value
// params: status: str
// returns: ring_id, status, size, score, q_value, overpaid, first_seen, last_seen, channels, run
// mode: read
MATCH (r:Ring {status: $status})
RETURN
  r.ring_id AS ring_id,
  r.status AS status,
  r.size AS size,
  r.score AS score,
  r.q_value AS q_value,
  r.overpaid AS overpaid,
  r.first_seen AS first_seen,
  r.last_seen AS last_seen,
  r.channels AS channels,
  r.run AS run
ORDER BY overpaid DESC, run, ring_id
