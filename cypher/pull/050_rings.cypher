// purpose: suspected rings of a run
// params: run: str
// returns: ring_id, rank, size, score, p_value, q_value, status, first_seen, last_seen, complaints, negotiated, overpaid, channels, summary_zh, summary_en, kind, stories, signals
// mode: read
MATCH (r:Ring)
WHERE r.run = $run
RETURN
  r.ring_id AS ring_id,
  r.rank AS rank,
  r.size AS size,
  r.score AS score,
  r.p_value AS p_value,
  r.q_value AS q_value,
  r.status AS status,
  r.first_seen AS first_seen,
  r.last_seen AS last_seen,
  r.complaints AS complaints,
  r.negotiated AS negotiated,
  r.overpaid AS overpaid,
  r.channels AS channels,
  r.summary_zh AS summary_zh,
  r.summary_en AS summary_en,
  r.kind AS kind,
  r.stories AS stories,
  r.signals AS signals
ORDER BY rank, ring_id
