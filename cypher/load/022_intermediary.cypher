// purpose: agents, brokers, consultancies; `value` is the intermediary_id
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MERGE (n:Intermediary {value: r[0]})
SET
  n:Identifier,
  n.kind = 'intermediary',
  n.shown = r[1],
  n.n_holders = r[2],
  n.n_households = r[3],
  n.n_fresh = r[4],
  n.score = r[5],
  n.verdict = r[6],
  n.reason_zh = r[7],
  n.reason_en = r[8],
  n.name = r[9],
  n.intermediary_kind = r[10],
  n.left_on = r[11],
  n.masked_name = r[12],
  n.judged_by = $run,
  n.runs = CASE WHEN $run IN coalesce(n.runs, []) THEN n.runs ELSE coalesce(n.runs, []) + $run END
