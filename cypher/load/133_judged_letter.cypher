// purpose: what a run made of each letter that follows no template: own words, too short, a duplicate ...
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Run {run_id: $run})
MATCH (b:Complaint {complaint_id: r[0]})
MERGE (a)-[x:JUDGED]->(b)
SET
  x.similarity = r[1],
  x.verdict = r[2],
  x.runs = [$run]
