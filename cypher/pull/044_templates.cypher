// purpose: complaint templates of a run
// params: run: str
// returns: template_id, complaints, policyholders, rings, pattern, first_filed, last_filed
// mode: read
MATCH (t:ComplaintTemplate)
WHERE t.run = $run
RETURN
  t.template_id AS template_id,
  t.complaints AS complaints,
  t.policyholders AS policyholders,
  t.rings AS rings,
  t.pattern AS pattern,
  t.first_filed AS first_filed,
  t.last_filed AS last_filed
ORDER BY template_id
