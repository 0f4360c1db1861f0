// purpose: what a run made of each letter
// params: run: str
// returns: complaint_id, policyholder_id, template_id, similarity, verdict
// mode: read
MATCH (p:Policyholder)-[x:FILED]->(c:Complaint)
WHERE $run IN x.runs
OPTIONAL MATCH (c)-[w:WRITTEN_AS]->(t:ComplaintTemplate {run: $run})
OPTIONAL MATCH (:Run {run_id: $run})-[j:JUDGED]->(c)
WITH p, c, t, coalesce(w, j) AS said
WHERE said IS NOT NULL
RETURN
  c.complaint_id AS complaint_id,
  p.policyholder_id AS policyholder_id,
  coalesce(t.template_id, '') AS template_id,
  said.similarity AS similarity,
  said.verdict AS verdict
ORDER BY complaint_id
