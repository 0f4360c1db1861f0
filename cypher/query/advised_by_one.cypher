// purpose: bodies that represent or advise several complainants, and how many of those are in suspected rings
// params: least: int
// returns: intermediary_id, kind, clients, complained, in_rings
// mode: read
MATCH (i:Intermediary)<-[e:ENGAGED]-(p:Policyholder)
WHERE e.role IN ['represented', 'advised']
WITH DISTINCT i, p
WITH
  i,
  count(p) AS clients,
  count(CASE WHEN EXISTS { (p)-[:FILED]->(:Complaint) } THEN 1 END) AS complained,
  count(CASE WHEN EXISTS { (p)-[:MEMBER_OF]->(:Ring {status: 'flagged'}) } THEN 1 END) AS in_rings
WHERE clients >= $least
RETURN
  i.value AS intermediary_id,
  i.intermediary_kind AS kind,
  clients,
  complained,
  in_rings
ORDER BY clients DESC, intermediary_id
