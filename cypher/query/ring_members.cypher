// purpose: the people of one suspected ring of a run with the values and letters that link each to its other people
// params: run: str, ring_id: str, max_holders: int
// returns: policyholder_id, role, strength, joined_on, linked_by, templates
// mode: read
MATCH (run:Run {run_id: $run})
WITH coalesce(run.detected_in, [run.run_id]) AS cases
MATCH (r:Ring {id: $run + '/' + $ring_id})<-[m:MEMBER_OF]-(p:Policyholder)
CALL (cases, r, p) {
  MATCH (p)-[h:HOLDS]->(v:Identifier)<-[j:JUDGED]-(source:Run)
  WHERE h.run IN cases AND source.run_id IN cases AND j.n_holders <= $max_holders
  WITH DISTINCT cases, r, p, v, j.verdict AS verdict
  WHERE EXISTS {
    MATCH (v)<-[x:HOLDS]-(other:Policyholder)-[:MEMBER_OF]->(r)
    WHERE other <> p AND x.run IN cases
  }
  WITH v, verdict
  ORDER BY v.kind, v.value, verdict
  RETURN collect(DISTINCT v {.kind, .shown, verdict: verdict}) AS linked_by
}
OPTIONAL MATCH (p)-[:FILED]->(:Complaint)-[:WRITTEN_AS]->(t:ComplaintTemplate {run: $run})
WITH m, p, linked_by, t
ORDER BY t.template_id
RETURN
  p.policyholder_id AS policyholder_id,
  m.role AS role,
  m.strength AS strength,
  m.joined_on AS joined_on,
  linked_by,
  collect(DISTINCT t.template_id) AS templates
ORDER BY strength DESC, policyholder_id
