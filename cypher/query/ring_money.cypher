// purpose: what each person of a suspected ring was paid above cash value, and when
// params: ring_id: str
// returns: policyholder_id, role, payments, overpaid, first_paid, last_paid
// mode: read
MATCH (:Ring {ring_id: $ring_id})<-[m:MEMBER_OF]-(p:Policyholder)
OPTIONAL MATCH (p)-[:SURRENDERED]->(s:Surrender)
WHERE s.overpaid > 0 AND s.kind <> 'cooling_off'
RETURN
  p.policyholder_id AS policyholder_id,
  m.role AS role,
  count(s) AS payments,
  sum(s.overpaid) AS overpaid,
  min(s.surrendered_on) AS first_paid,
  max(s.surrendered_on) AS last_paid
ORDER BY overpaid DESC, policyholder_id
