// purpose: the templates people of a ring write
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Ring {id: $run + '/' + r[0]})
MATCH (b:ComplaintTemplate {id: $run + '/' + r[1]})
MERGE (a)-[x:USES]->(b)
SET
  x.people = r[2],
  x.runs = CASE WHEN $run IN coalesce(x.runs, []) THEN x.runs ELSE coalesce(x.runs, []) + $run END
