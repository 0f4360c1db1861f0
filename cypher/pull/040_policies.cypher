// purpose: policies of a run with their holder and the agent of record
// params: run: str
// returns: policy_id, policyholder_id, product, channel, issued_on, premiums_paid, agent_id
// mode: read
MATCH (p:Policyholder)-[x:OWNS]->(l:Policy)
WHERE $run IN x.runs
OPTIONAL MATCH (l)-[s:SOLD_BY]->(i:Intermediary)
WHERE $run IN s.runs
RETURN
  l.policy_id AS policy_id,
  p.policyholder_id AS policyholder_id,
  l.product AS product,
  l.channel AS channel,
  l.issued_on AS issued_on,
  l.premiums_paid AS premiums_paid,
  i.value AS agent_id
ORDER BY policy_id
