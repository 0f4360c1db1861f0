// purpose: policyholders who share an identifier with one policyholder in a run, rarest link first
// params: run: str, policyholder_id: str, max_holders: int
// returns: other_id, kind, shown, holders, verdict
// mode: read
MATCH (run:Run {run_id: $run})
WITH coalesce(run.detected_in, [run.run_id]) AS cases
MATCH (p:Policyholder {policyholder_id: $policyholder_id})-[h:HOLDS]->(v:Identifier)<-[j:JUDGED]-(source:Run)
WHERE h.run IN cases AND source.run_id IN cases AND j.n_holders <= $max_holders
WITH DISTINCT cases, p, v, j
MATCH (v)<-[x:HOLDS]-(other:Policyholder)
WHERE other <> p AND x.run IN cases
RETURN DISTINCT
  other.policyholder_id AS other_id,
  v.kind AS kind,
  v.shown AS shown,
  j.n_holders AS holders,
  j.verdict AS verdict
ORDER BY holders, kind, shown, other_id, verdict
