// purpose: a value that other runs hold too has the figures of one of those again; a real name that came with the run is masked
// params: run: str
// returns: none
// mode: write
MATCH (v:Identifier {judged_by: $run})
CALL (v) {
  OPTIONAL MATCH (other:Run)-[j:JUDGED]->(v)
  WITH v, other, j
  ORDER BY other.run_id DESC
  LIMIT 1
  OPTIONAL MATCH (v)<-[x:HOLDS]-(p:Policyholder)
  WITH
    v,
    other,
    j,
    count(DISTINCT p) AS holders,
    count(DISTINCT x.household) AS households,
    count(DISTINCT CASE WHEN x.is_fresh THEN x.household END) AS fresh
  SET
    v.judged_by = coalesce(other.run_id, last(v.runs)),
    v.name = coalesce(v.masked_name, v.name),
    v.n_holders = CASE WHEN holders > 0 THEN coalesce(j.n_holders, holders) END,
    v.n_households = CASE WHEN holders > 0 THEN coalesce(j.n_households, households) END,
    v.n_fresh = CASE WHEN holders > 0 THEN coalesce(j.n_fresh, fresh) END,
    v.score = CASE WHEN holders > 0 THEN coalesce(j.score, 0.0) END,
    v.verdict = CASE WHEN holders > 0 THEN coalesce(j.verdict, 'single') END,
    v.reason_zh = j.reason_zh,
    v.reason_en = j.reason_en
} IN TRANSACTIONS OF 10000 ROWS
