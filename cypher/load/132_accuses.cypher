// purpose: the agent a complaint accuses
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Complaint {complaint_id: r[0]})
MATCH (b:Intermediary {value: r[1]})
MERGE (a)-[x:ACCUSES]->(b)
SET
  x.runs = CASE WHEN $run IN coalesce(x.runs, []) THEN x.runs ELSE coalesce(x.runs, []) + $run END
