// purpose: who wrote from one template, when, and how alike each letter is
// params: template_id: str
// returns: complaint_id, policyholder_id, filed_on, similarity, ring_id
// mode: read
MATCH (t:ComplaintTemplate {template_id: $template_id})<-[w:WRITTEN_AS]-(c:Complaint)<-[:FILED]-(p:Policyholder)
OPTIONAL MATCH (p)-[:MEMBER_OF]->(r:Ring {run: t.run})
RETURN
  c.complaint_id AS complaint_id,
  p.policyholder_id AS policyholder_id,
  c.filed_on AS filed_on,
  w.similarity AS similarity,
  r.ring_id AS ring_id
ORDER BY similarity DESC, complaint_id, ring_id
