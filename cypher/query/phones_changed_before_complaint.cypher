// purpose: people who took up a new phone in the days before they complained; holders as the last push counted
// params: days: int
// returns: policyholder_id, shown, since, complaint_id, filed_on, holders
// mode: read
MATCH (c:Complaint)
WHERE c.filed_on IS NOT NULL
CALL (c) {
  MATCH (c)<-[:FILED]-(p:Policyholder)-[h:HOLDS]->(v:Phone)
  WHERE h.since <= c.filed_on AND h.since >= c.filed_on - duration({days: $days})
  RETURN p, h.since AS since, v
}
RETURN DISTINCT
  p.policyholder_id AS policyholder_id,
  v.shown AS shown,
  since,
  c.complaint_id AS complaint_id,
  c.filed_on AS filed_on,
  v.n_holders AS holders
ORDER BY holders DESC, shown, policyholder_id, complaint_id
