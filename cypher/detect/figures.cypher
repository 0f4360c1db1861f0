// purpose: complaints, payments above cash value and dates of each community of a run
// params: run: str
// returns: none
// mode: write
MATCH (r:Ring {run: $run})<-[:MEMBER_OF]-(p:Policyholder)
CALL (p) {
  OPTIONAL MATCH (p)-[:FILED]->(c:Complaint)
  RETURN count(c) AS complaints, min(c.filed_on) AS first_filed, max(c.filed_on) AS last_filed
}
CALL (p) {
  OPTIONAL MATCH (p)-[:SURRENDERED]->(s:Surrender)
  WHERE coalesce(s.kind, '') <> 'cooling_off'
  RETURN
    count(CASE WHEN s.kind = 'negotiated' THEN 1 END) AS negotiated,
    sum(coalesce(s.overpaid, 0.0)) AS overpaid,
    min(s.surrendered_on) AS first_paid,
    max(s.surrendered_on) AS last_paid
}
WITH
  r,
  sum(complaints) AS complaints,
  sum(negotiated) AS negotiated,
  round(sum(overpaid), 2) AS overpaid,
  collect(first_filed) + collect(first_paid) AS firsts,
  collect(last_filed) + collect(last_paid) AS lasts
SET
  r.complaints = complaints,
  r.negotiated = negotiated,
  r.overpaid = overpaid,
  r.first_seen = reduce(found = head(firsts), day IN firsts | CASE WHEN day < found THEN day ELSE found END),
  r.last_seen = reduce(found = head(lasts), day IN lasts | CASE WHEN day > found THEN day ELSE found END)
