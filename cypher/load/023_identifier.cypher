// purpose: every other shared value: devices, senders, waybills, addresses ...
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MERGE (n:Identifier {kind: r[0], value: r[1]})
SET
  n.shown = r[2],
  n.n_holders = r[3],
  n.n_households = r[4],
  n.n_fresh = r[5],
  n.score = r[6],
  n.verdict = r[7],
  n.reason_zh = r[8],
  n.reason_en = r[9],
  n.judged_by = $run,
  n.runs = CASE WHEN $run IN coalesce(n.runs, []) THEN n.runs ELSE coalesce(n.runs, []) + $run END
