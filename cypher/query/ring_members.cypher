// purpose: the people of one suspected ring with the values and letters that link each to its other people
// params: ring_id: str, max_holders: int
// returns: policyholder_id, role, strength, joined_on, linked_by, templates
// mode: read
MATCH (r:Ring {ring_id: $ring_id})<-[m:MEMBER_OF]-(p:Policyholder)
OPTIONAL MATCH (p)-[:HOLDS]->(v:Identifier)<-[:HOLDS]-(other:Policyholder)-[:MEMBER_OF]->(r)
WHERE other <> p AND v.n_holders <= $max_holders
WITH r, m, p, v
ORDER BY v.kind, v.value
WITH r, m, p, collect(DISTINCT v {.kind, .shown, .verdict}) AS linked_by
OPTIONAL MATCH (p)-[:FILED]->(:Complaint)-[:WRITTEN_AS]->(t:ComplaintTemplate {run: r.run})
WITH m, p, linked_by, t
ORDER BY t.template_id
RETURN
  p.policyholder_id AS policyholder_id,
  m.role AS role,
  m.strength AS strength,
  m.joined_on AS joined_on,
  linked_by,
  collect(DISTINCT t.template_id) AS templates
ORDER BY strength DESC, policyholder_id
