// purpose: complaints; their text never goes to the server
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MERGE (n:Complaint {complaint_id: r[0]})
SET
  n.filed_on = r[1],
  n.source = r[2],
  n.upheld = r[3],
  n.runs = CASE WHEN $run IN coalesce(n.runs, []) THEN n.runs ELSE coalesce(n.runs, []) + $run END
