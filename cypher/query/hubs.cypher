// purpose: widely shared values that a run held back, and why
// params: run: str, least: int
// returns: kind, shown, holders, households, verdict, reason, run
// mode: read
MATCH (run:Run {run_id: $run})
WITH coalesce(run.detected_in, [run.run_id]) AS cases
MATCH (source:Run)-[j:JUDGED]->(v:Identifier)
WHERE source.run_id IN cases AND j.verdict IN ['guarded', 'directory', 'household'] AND j.n_holders >= $least
RETURN
  v.kind AS kind,
  v.shown AS shown,
  j.n_holders AS holders,
  j.n_households AS households,
  j.verdict AS verdict,
  j.reason_zh AS reason,
  source.run_id AS run
ORDER BY holders DESC, kind, shown, run, v.value
