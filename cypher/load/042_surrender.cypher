// purpose: surrenders and what was paid; overpaid is above cash value, in yuan
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MERGE (n:Surrender {surrender_id: r[0]})
SET
  n.kind = r[1],
  n.surrendered_on = r[2],
  n.cash_value = r[3],
  n.amount_paid = r[4],
  n.overpaid = r[5],
  n.runs = CASE WHEN $run IN coalesce(n.runs, []) THEN n.runs ELSE coalesce(n.runs, []) + $run END
