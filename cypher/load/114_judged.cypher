// purpose: what a run made of each value that several people hold; the value's own figures are those of the last push
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Run {run_id: $run})
MATCH (b:Identifier {kind: r[0], value: r[1]})
MERGE (a)-[x:JUDGED]->(b)
SET
  x.n_holders = r[2],
  x.n_households = r[3],
  x.n_fresh = r[4],
  x.score = r[5],
  x.verdict = r[6],
  x.reason_zh = r[7],
  x.reason_en = r[8],
  x.runs = [$run]
