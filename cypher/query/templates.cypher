// purpose: complaint templates by run: letters, people, first and last day, and how many of the people are in its suspected rings
// params: none
// returns: template_id, letters, people, first_filed, last_filed, in_rings, pattern, run
// mode: read
MATCH (t:ComplaintTemplate)<-[:WRITTEN_AS]-(c:Complaint)<-[f:FILED]-(p:Policyholder)
WHERE t.run IN f.runs
WITH t, count(DISTINCT c) AS letters, collect(DISTINCT p) AS writers
RETURN
  t.template_id AS template_id,
  letters,
  size(writers) AS people,
  t.first_filed AS first_filed,
  t.last_filed AS last_filed,
  size([p IN writers WHERE EXISTS { (p)-[:MEMBER_OF]->(:Ring {status: 'flagged', run: t.run}) }]) AS in_rings,
  t.pattern AS pattern,
  t.run AS run
ORDER BY letters DESC, run, template_id
