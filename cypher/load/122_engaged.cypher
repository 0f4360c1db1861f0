// purpose: who was sold to, serviced, advised or represented by whom
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Policyholder {policyholder_id: r[0]})
MATCH (b:Intermediary {value: r[1]})
MERGE (a)-[x:ENGAGED {role: r[2]}]->(b)
SET
  x.since = r[3],
  x.runs = CASE WHEN $run IN coalesce(x.runs, []) THEN x.runs ELSE coalesce(x.runs, []) + $run END
