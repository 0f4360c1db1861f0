// purpose: who holds a phone, in which role, since when
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Policyholder {policyholder_id: r[0]})
MATCH (b:Phone {value: r[1]})
MERGE (a)-[x:HOLDS {source: r[2], run: $run}]->(b)
SET
  x.role = r[3],
  x.since = r[4],
  x.is_fresh = r[5],
  x.household = r[6],
  x.runs = [$run]
