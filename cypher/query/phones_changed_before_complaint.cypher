// purpose: people who took up a new phone in the days before they complained
// params: days: int
// returns: policyholder_id, shown, since, complaint_id, filed_on, holders
// mode: read
MATCH (p:Policyholder)-[h:HOLDS]->(v:Phone)
WHERE h.since IS NOT NULL
MATCH (p)-[:FILED]->(c:Complaint)
WHERE c.filed_on >= h.since AND c.filed_on <= h.since + duration({days: $days})
RETURN DISTINCT
  p.policyholder_id AS policyholder_id,
  v.shown AS shown,
  h.since AS since,
  c.complaint_id AS complaint_id,
  c.filed_on AS filed_on,
  v.n_holders AS holders
ORDER BY holders DESC, shown, policyholder_id, complaint_id
