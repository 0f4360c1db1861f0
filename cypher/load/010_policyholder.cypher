// purpose: policyholders; the name is masked unless the push was allowed to show it
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MERGE (n:Policyholder {policyholder_id: r[0]})
SET
  n.name = r[1],
  n.household = r[2],
  n.masked_name = r[3],
  n.described_by = $run,
  n.runs = CASE WHEN $run IN coalesce(n.runs, []) THEN n.runs ELSE coalesce(n.runs, []) + $run END
