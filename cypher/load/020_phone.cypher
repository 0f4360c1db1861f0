// purpose: phone numbers; `value` is a keyed hash unless the push was allowed to show real values
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MERGE (n:Phone {value: r[0]})
SET
  n:Identifier,
  n.kind = 'phone',
  n.shown = r[1],
  n.n_holders = r[2],
  n.n_households = r[3],
  n.n_fresh = r[4],
  n.score = r[5],
  n.verdict = r[6],
  n.reason_zh = r[7],
  n.reason_en = r[8],
  n.judged_by = $run,
  n.runs = CASE WHEN $run IN coalesce(n.runs, []) THEN n.runs ELSE coalesce(n.runs, []) + $run END
