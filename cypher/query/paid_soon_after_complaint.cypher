// purpose: payments above cash value within days of the person's complaint
// params: days: int, least_overpaid: float
// returns: policyholder_id, complaint_id, filed_on, surrender_id, surrendered_on, overpaid
// mode: read
MATCH (p:Policyholder)-[:SURRENDERED]->(s:Surrender)
WHERE s.overpaid >= $least_overpaid AND s.kind <> 'cooling_off'
MATCH (p)-[:FILED]->(c:Complaint)
WHERE s.surrendered_on >= c.filed_on AND s.surrendered_on <= c.filed_on + duration({days: $days})
RETURN
  p.policyholder_id AS policyholder_id,
  c.complaint_id AS complaint_id,
  c.filed_on AS filed_on,
  s.surrender_id AS surrender_id,
  s.surrendered_on AS surrendered_on,
  s.overpaid AS overpaid
ORDER BY overpaid DESC, policyholder_id, complaint_id, surrender_id
