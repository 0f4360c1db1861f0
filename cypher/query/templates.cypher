// purpose: complaint templates: letters, people, first and last day, and how many of the people are in suspected rings
// params: none
// returns: template_id, letters, people, first_filed, last_filed, in_rings, pattern
// mode: read
MATCH (t:ComplaintTemplate)<-[:WRITTEN_AS]-(c:Complaint)<-[:FILED]-(p:Policyholder)
WITH t, count(DISTINCT c) AS letters, collect(DISTINCT p) AS writers
RETURN
  t.template_id AS template_id,
  letters,
  size(writers) AS people,
  t.first_filed AS first_filed,
  t.last_filed AS last_filed,
  size([p IN writers WHERE EXISTS { (p)-[:MEMBER_OF]->(:Ring {status: 'flagged', run: t.run}) }]) AS in_rings,
  t.pattern AS pattern
ORDER BY letters DESC, template_id
