// purpose: complaints of a run without their text
// params: run: str
// returns: complaint_id, policyholder_id, filed_on, source, upheld, accused_agent_id
// mode: read
MATCH (p:Policyholder)-[x:FILED]->(c:Complaint)
WHERE $run IN x.runs
OPTIONAL MATCH (c)-[a:ACCUSES]->(i:Intermediary)
WHERE $run IN a.runs
RETURN
  c.complaint_id AS complaint_id,
  p.policyholder_id AS policyholder_id,
  c.filed_on AS filed_on,
  c.source AS source,
  c.upheld AS upheld,
  i.value AS accused_agent_id
ORDER BY complaint_id
