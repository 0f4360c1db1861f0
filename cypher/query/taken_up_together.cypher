// purpose: values that several households took up within one month
// params: least: int, kind: str
// returns: month, shown, households, people
// mode: read
MATCH (v:Identifier)
WHERE v.kind = $kind AND v.value IS NOT NULL
MATCH (v)<-[h:HOLDS]-(p:Policyholder)
WHERE h.since IS NOT NULL
WITH v, date.truncate('month', h.since) AS month, p
ORDER BY p.policyholder_id
WITH v, month, count(DISTINCT p.household) AS households, collect(DISTINCT p.policyholder_id) AS people
WHERE households >= $least
RETURN
  month,
  v.shown AS shown,
  households,
  people
ORDER BY households DESC, month, shown, people
