// purpose: suspected rings: leads, not verdicts
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MERGE (n:Ring {id: $run + '/' + r[0]})
SET
  n.ring_id = r[0],
  n.run = $run,
  n.rank = r[1],
  n.size = r[2],
  n.score = r[3],
  n.p_value = r[4],
  n.q_value = r[5],
  n.status = r[6],
  n.kind = r[7],
  n.first_seen = r[8],
  n.last_seen = r[9],
  n.complaints = r[10],
  n.negotiated = r[11],
  n.overpaid = r[12],
  n.channels = r[13],
  n.stories = r[14],
  n.summary_zh = r[15],
  n.summary_en = r[16],
  n.signals = r[17],
  n.runs = CASE WHEN $run IN coalesce(n.runs, []) THEN n.runs ELSE coalesce(n.runs, []) + $run END
