// purpose: templates by run whose writers bought through several sales channels: one text, many sellers
// params: least: int
// returns: template_id, channels, sellers, people, run
// mode: read
MATCH (t:ComplaintTemplate)<-[:WRITTEN_AS]-(:Complaint)<-[f:FILED]-(p:Policyholder)-[o:OWNS]->(l:Policy)
WHERE t.run IN f.runs AND t.run IN o.runs
OPTIONAL MATCH (l)-[s:SOLD_BY]->(i:Intermediary)
WHERE t.run IN s.runs
WITH t, count(DISTINCT l.channel) AS channels, count(DISTINCT i) AS sellers, count(DISTINCT p) AS people
WHERE sellers >= $least
RETURN
  t.template_id AS template_id,
  channels,
  sellers,
  people,
  t.run AS run
ORDER BY sellers DESC, run, template_id
