// purpose: templates whose writers bought through several sales channels: one text, many sellers
// params: least: int
// returns: template_id, channels, sellers, people
// mode: read
MATCH (t:ComplaintTemplate)<-[:WRITTEN_AS]-(:Complaint)<-[:FILED]-(p:Policyholder)-[:OWNS]->(l:Policy)
OPTIONAL MATCH (l)-[:SOLD_BY]->(i:Intermediary)
WITH t, count(DISTINCT l.channel) AS channels, count(DISTINCT i) AS sellers, count(DISTINCT p) AS people
WHERE sellers >= $least
RETURN
  t.template_id AS template_id,
  channels,
  sellers,
  people
ORDER BY sellers DESC, template_id
