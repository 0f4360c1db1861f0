// purpose: sellers whose policies are given up within days of issue
// params: days: int, least: int
// returns: intermediary_id, policies, early, share
// mode: read
MATCH (i:Intermediary)<-[:SOLD_BY]-(l:Policy)
OPTIONAL MATCH (l)<-[:ENDED]-(s:Surrender)
WHERE s.kind <> 'cooling_off' AND s.surrendered_on <= l.issued_on + duration({days: $days})
WITH i, count(DISTINCT l) AS policies, count(DISTINCT CASE WHEN s IS NULL THEN null ELSE l END) AS early
WHERE early >= $least
RETURN
  i.value AS intermediary_id,
  policies,
  early,
  round(1.0 * early / policies, 4) AS share
ORDER BY early DESC, intermediary_id
