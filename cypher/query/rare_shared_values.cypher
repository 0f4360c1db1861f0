// purpose: values that few unrelated people share and that a run counts as evidence, strongest first
// params: run: str, least: int, most: int
// returns: kind, shown, holders, households, score, people, run
// mode: read
MATCH (run:Run {run_id: $run})
WITH coalesce(run.detected_in, [run.run_id]) AS cases
MATCH (source:Run)-[j:JUDGED {verdict: 'evidence'}]->(v:Identifier)
WHERE source.run_id IN cases AND j.n_households >= $least AND j.n_households <= $most
MATCH (v)<-[h:HOLDS]-(p:Policyholder)
WHERE h.run = source.run_id
WITH DISTINCT source, j, v, p
ORDER BY p.policyholder_id
RETURN
  v.kind AS kind,
  v.shown AS shown,
  j.n_holders AS holders,
  j.n_households AS households,
  j.score AS score,
  collect(p.policyholder_id) AS people,
  source.run_id AS run
ORDER BY score DESC, kind, shown, run, people
