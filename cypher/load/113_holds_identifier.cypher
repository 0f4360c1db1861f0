// purpose: who holds any other shared value
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Policyholder {policyholder_id: r[0]})
MATCH (b:Identifier {kind: r[1], value: r[2]})
MERGE (a)-[x:HOLDS {source: r[3], run: $run}]->(b)
SET
  x.role = r[4],
  x.since = r[5],
  x.is_fresh = r[6],
  x.household = r[7],
  x.runs = [$run]
