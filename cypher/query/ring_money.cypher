// purpose: what each person of a suspected ring of a run was paid above cash value, and when
// params: run: str, ring_id: str
// returns: policyholder_id, role, payments, overpaid, first_paid, last_paid
// mode: read
MATCH (run:Run {run_id: $run})
WITH coalesce(run.detected_in, [run.run_id]) AS cases
MATCH (:Ring {id: $run + '/' + $ring_id})<-[m:MEMBER_OF]-(p:Policyholder)
OPTIONAL MATCH (p)-[x:SURRENDERED]->(s:Surrender)
WHERE s.overpaid > 0 AND s.kind <> 'cooling_off' AND any(name IN cases WHERE name IN x.runs)
RETURN
  p.policyholder_id AS policyholder_id,
  m.role AS role,
  count(s) AS payments,
  sum(s.overpaid) AS overpaid,
  min(s.surrendered_on) AS first_paid,
  max(s.surrendered_on) AS last_paid
ORDER BY overpaid DESC, policyholder_id
