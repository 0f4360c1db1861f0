// purpose: complaints and surrenders of a suspected ring of a run month by month
// params: run: str, ring_id: str
// returns: month, complaints, surrenders, overpaid
// mode: read
MATCH (run:Run {run_id: $run})
WITH coalesce(run.detected_in, [run.run_id]) AS cases
MATCH (:Ring {id: $run + '/' + $ring_id})<-[:MEMBER_OF]-(p:Policyholder)
CALL (cases, p) {
  MATCH (p)-[x:FILED]->(c:Complaint)
  WHERE c.filed_on IS NOT NULL AND any(name IN cases WHERE name IN x.runs)
  RETURN c.filed_on AS day, 1 AS complaints, 0 AS surrenders, 0.0 AS overpaid
  UNION ALL
  MATCH (p)-[x:SURRENDERED]->(s:Surrender)
  WHERE s.surrendered_on IS NOT NULL AND any(name IN cases WHERE name IN x.runs)
  RETURN s.surrendered_on AS day, 0 AS complaints, 1 AS surrenders, coalesce(s.overpaid, 0.0) AS overpaid
}
RETURN
  date.truncate('month', day) AS month,
  sum(complaints) AS complaints,
  sum(surrenders) AS surrenders,
  sum(overpaid) AS overpaid
ORDER BY month
