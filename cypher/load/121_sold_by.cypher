// purpose: the agent of record of a policy
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Policy {policy_id: r[0]})
MATCH (b:Intermediary {value: r[1]})
MERGE (a)-[x:SOLD_BY]->(b)
SET
  x.runs = CASE WHEN $run IN coalesce(x.runs, []) THEN x.runs ELSE coalesce(x.runs, []) + $run END
