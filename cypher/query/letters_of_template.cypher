// purpose: who wrote from one template of a run, when, and how alike each letter is
// params: run: str, template_id: str
// returns: complaint_id, policyholder_id, filed_on, similarity, ring_id
// mode: read
MATCH (t:ComplaintTemplate {id: $run + '/' + $template_id})<-[w:WRITTEN_AS]-(c:Complaint)<-[f:FILED]-(p:Policyholder)
WHERE $run IN f.runs
OPTIONAL MATCH (p)-[:MEMBER_OF]->(r:Ring {run: $run})
RETURN
  c.complaint_id AS complaint_id,
  p.policyholder_id AS policyholder_id,
  c.filed_on AS filed_on,
  w.similarity AS similarity,
  r.ring_id AS ring_id
ORDER BY similarity DESC, complaint_id, ring_id
