// purpose: who is suspected in which ring, in which role and why
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Policyholder {policyholder_id: r[0]})
MATCH (b:Ring {id: $run + '/' + r[1]})
MERGE (a)-[x:MEMBER_OF]->(b)
SET
  x.role = r[2],
  x.strength = r[3],
  x.joined_on = r[4],
  x.reason_zh = r[5],
  x.reason_en = r[6],
  x.runs = CASE WHEN $run IN coalesce(x.runs, []) THEN x.runs ELSE coalesce(x.runs, []) + $run END
