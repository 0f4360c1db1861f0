// purpose: values that few unrelated people share and that count as evidence, strongest first
// params: least: int, most: int
// returns: kind, shown, holders, households, score, people
// mode: read
MATCH (v:Identifier {verdict: 'evidence'})
WHERE v.n_households >= $least AND v.n_households <= $most
MATCH (v)<-[:HOLDS]-(p:Policyholder)
WITH DISTINCT v, p
ORDER BY p.policyholder_id
RETURN
  v.kind AS kind,
  v.shown AS shown,
  v.n_holders AS holders,
  v.n_households AS households,
  v.score AS score,
  collect(p.policyholder_id) AS people
ORDER BY score DESC, kind, shown
