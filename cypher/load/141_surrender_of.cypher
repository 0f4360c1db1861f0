// purpose: the policy a surrender ended
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Surrender {surrender_id: r[0]})
MATCH (b:Policy {policy_id: r[1]})
MERGE (a)-[x:ENDED]->(b)
SET
  x.runs = CASE WHEN $run IN coalesce(x.runs, []) THEN x.runs ELSE coalesce(x.runs, []) + $run END
