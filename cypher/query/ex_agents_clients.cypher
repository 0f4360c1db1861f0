// purpose: clients of agents who left, who complained after that day
// params: none
// returns: intermediary_id, left_on, clients, complained_after, in_rings
// mode: read
MATCH (i:Intermediary)<-[:SOLD_BY]-(:Policy)<-[:OWNS]-(p:Policyholder)
WHERE i.left_on IS NOT NULL
WITH DISTINCT i, p
WITH
  i,
  count(p) AS clients,
  count(CASE WHEN EXISTS { MATCH (p)-[:FILED]->(c:Complaint) WHERE c.filed_on > i.left_on } THEN 1 END) AS complained_after,
  count(CASE WHEN EXISTS { (p)-[:MEMBER_OF]->(:Ring {status: 'flagged'}) } THEN 1 END) AS in_rings
WHERE complained_after > 0
RETURN
  i.value AS intermediary_id,
  i.left_on AS left_on,
  clients,
  complained_after,
  in_rings
ORDER BY complained_after DESC, intermediary_id
