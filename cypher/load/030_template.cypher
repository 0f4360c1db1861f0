// purpose: complaint templates with their slots
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MERGE (n:ComplaintTemplate {id: $run + '/' + r[0]})
SET
  n.template_id = r[0],
  n.run = $run,
  n.complaints = r[1],
  n.policyholders = r[2],
  n.rings = r[3],
  n.pattern = r[4],
  n.first_filed = r[5],
  n.last_filed = r[6],
  n.runs = CASE WHEN $run IN coalesce(n.runs, []) THEN n.runs ELSE coalesce(n.runs, []) + $run END
