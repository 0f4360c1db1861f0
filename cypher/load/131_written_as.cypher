// purpose: the template a letter was written from, and how alike they are
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Complaint {complaint_id: r[0]})
MATCH (b:ComplaintTemplate {id: $run + '/' + r[1]})
MERGE (a)-[x:WRITTEN_AS]->(b)
SET
  x.similarity = r[2],
  x.verdict = r[3],
  x.runs = CASE WHEN $run IN coalesce(x.runs, []) THEN x.runs ELSE coalesce(x.runs, []) + $run END
