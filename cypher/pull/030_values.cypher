// purpose: the values that people of a run hold, with what the run made of them
// params: run: str
// returns: kind, value, masked, n_holders, n_households, n_fresh, score, verdict, reason_zh, reason_en
// mode: read
MATCH (v:Identifier)
WHERE $run IN v.runs AND EXISTS { (v)<-[:HOLDS {run: $run}]-() }
OPTIONAL MATCH (:Run {run_id: $run})-[j:JUDGED]->(v)
WITH v, CASE
  WHEN j IS NOT NULL THEN properties(j)
  WHEN v.judged_by = $run THEN properties(v)
  ELSE {
    n_holders: 1,
    n_households: 1,
    n_fresh: CASE WHEN EXISTS { (v)<-[:HOLDS {run: $run, is_fresh: true}]-() } THEN 1 ELSE 0 END,
    score: 0.0,
    verdict: 'single'
  }
END AS said
RETURN
  v.kind AS kind,
  v.value AS value,
  v.shown AS masked,
  said.n_holders AS n_holders,
  said.n_households AS n_households,
  said.n_fresh AS n_fresh,
  said.score AS score,
  said.verdict AS verdict,
  coalesce(said.reason_zh, '仅一人使用') AS reason_zh,
  coalesce(said.reason_en, 'used by one person') AS reason_en
ORDER BY kind, value
