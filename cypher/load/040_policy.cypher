// purpose: policies
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MERGE (n:Policy {policy_id: r[0]})
SET
  n.product = r[1],
  n.channel = r[2],
  n.issued_on = r[3],
  n.premiums_paid = r[4],
  n.runs = CASE WHEN $run IN coalesce(n.runs, []) THEN n.runs ELSE coalesce(n.runs, []) + $run END
