// purpose: the client book of one intermediary: complaints and payments above cash value
// params: intermediary_id: str
// returns: clients, complained, paid_above, overpaid, in_rings
// mode: read
MATCH (i:Intermediary {value: $intermediary_id})
OPTIONAL MATCH (i)<-[:SOLD_BY]-(:Policy)<-[:OWNS]-(p:Policyholder)
WITH DISTINCT p
OPTIONAL MATCH (p)-[:SURRENDERED]->(s:Surrender)
WHERE s.overpaid > 0 AND s.kind <> 'cooling_off'
WITH p, sum(s.overpaid) AS own
RETURN
  count(p) AS clients,
  count(CASE WHEN EXISTS { (p)-[:FILED]->(:Complaint) } THEN 1 END) AS complained,
  count(CASE WHEN own > 0 THEN 1 END) AS paid_above,
  sum(own) AS overpaid,
  count(CASE WHEN EXISTS { (p)-[:MEMBER_OF]->(:Ring {status: 'flagged'}) } THEN 1 END) AS in_rings
