// purpose: the ring a statement speaks of
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Evidence {id: $run + '/' + r[0]})
MATCH (b:Ring {id: $run + '/' + r[1]})
MERGE (a)-[x:ABOUT]->(b)
SET
  x.runs = CASE WHEN $run IN coalesce(x.runs, []) THEN x.runs ELSE coalesce(x.runs, []) + $run END
