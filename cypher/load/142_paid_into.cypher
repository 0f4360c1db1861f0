// purpose: the bank account a surrender was paid into
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MATCH (a:Surrender {surrender_id: r[0]})
MATCH (b:BankAccount {value: r[1]})
MERGE (a)-[x:PAID_INTO]->(b)
SET
  x.runs = CASE WHEN $run IN coalesce(x.runs, []) THEN x.runs ELSE coalesce(x.runs, []) + $run END
