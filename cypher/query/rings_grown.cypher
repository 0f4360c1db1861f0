// purpose: suspected rings of all runs that people joined in the days up to a date
// params: until: str, days: int
// returns: ring_id, size, joined, people, run
// mode: read
MATCH (r:Ring)<-[m:MEMBER_OF]-(p:Policyholder)
WHERE m.joined_on <= date($until) AND m.joined_on > date($until) - duration({days: $days})
WITH r, p
ORDER BY p.policyholder_id
RETURN
  r.ring_id AS ring_id,
  r.size AS size,
  count(p) AS joined,
  collect(p.policyholder_id) AS people,
  r.run AS run
ORDER BY joined DESC, run, ring_id
