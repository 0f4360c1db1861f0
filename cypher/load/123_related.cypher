// purpose: declared relations between policyholders
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Policyholder {policyholder_id: r[0]})
MATCH (b:Policyholder {policyholder_id: r[1]})
MERGE (a)-[x:RELATED {relation: r[2]}]->(b)
SET
  x.runs = CASE WHEN $run IN coalesce(x.runs, []) THEN x.runs ELSE coalesce(x.runs, []) + $run END
