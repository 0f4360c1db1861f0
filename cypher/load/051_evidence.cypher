// purpose: statements for and against a ring, each with its source rows
// params: rows: list, run: str
// returns: none
// mode: write
UNWIND $rows AS r
MERGE (n:Evidence {id: $run + '/' + r[0]})
SET
  n.evidence_id = r[0],
  n.run = $run,
  n.channel = r[1],
  n.direction = r[2],
  n.weight = r[3],
  n.statement_zh = r[4],
  n.statement_en = r[5],
  n.source_table = r[6],
  n.source_rows = r[7],
  n.runs = CASE WHEN $run IN coalesce(n.runs, []) THEN n.runs ELSE coalesce(n.runs, []) + $run END
