// purpose: the values a ring rests on
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Ring {id: $run + '/' + r[0]})
MATCH (b:Identifier {kind: r[1], value: r[2]})
MERGE (a)-[x:RESTS_ON]->(b)
SET
  x.node_id = r[3],
  x.role = r[4],
  x.holders_in_ring = r[5],
  x.holders_total = r[6],
  x.place = r[7],
  x.runs = CASE WHEN $run IN coalesce(x.runs, []) THEN x.runs ELSE coalesce(x.runs, []) + $run END
