// purpose: complaints and surrenders of a suspected ring month by month
// params: ring_id: str
// returns: month, complaints, surrenders, overpaid
// mode: read
MATCH (:Ring {ring_id: $ring_id})<-[:MEMBER_OF]-(p:Policyholder)
CALL (p) {
  MATCH (p)-[:FILED]->(c:Complaint)
  WHERE c.filed_on IS NOT NULL
  RETURN c.filed_on AS day, 1 AS complaints, 0 AS surrenders, 0.0 AS overpaid
  UNION ALL
  MATCH (p)-[:SURRENDERED]->(s:Surrender)
  WHERE s.surrendered_on IS NOT NULL
  RETURN s.surrendered_on AS day, 0 AS complaints, 1 AS surrenders, coalesce(s.overpaid, 0.0) AS overpaid
}
RETURN
  date.truncate('month', day) AS month,
  sum(complaints) AS complaints,
  sum(surrenders) AS surrenders,
  sum(overpaid) AS overpaid
ORDER BY month
