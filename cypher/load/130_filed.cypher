// purpose: who filed a complaint
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Policyholder {policyholder_id: r[0]})
MATCH (b:Complaint {complaint_id: r[1]})
MERGE (a)-[x:FILED]->(b)
SET
  x.runs = CASE WHEN $run IN coalesce(x.runs, []) THEN x.runs ELSE coalesce(x.runs, []) + $run END
