// purpose: statements for and against the rings of a run
// params: run: str
// returns: ring_id, evidence_id, channel, direction, statement_zh, statement_en, weight, source_table, source_rows
// mode: read
MATCH (r:Ring {run: $run})<-[:ABOUT]-(e:Evidence)
RETURN
  r.ring_id AS ring_id,
  e.evidence_id AS evidence_id,
  e.channel AS channel,
  e.direction AS direction,
  e.statement_zh AS statement_zh,
  e.statement_en AS statement_en,
  e.weight AS weight,
  e.source_table AS source_table,
  e.source_rows AS source_rows
ORDER BY r.rank, ring_id, evidence_id
