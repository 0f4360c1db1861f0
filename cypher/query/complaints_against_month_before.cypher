// purpose: complaints by source in the thirty days up to a date, beside the thirty days before
// params: until: str
// returns: source, last_30_days, before_30_days
// mode: read
MATCH (c:Complaint)
WHERE c.filed_on <= date($until) AND c.filed_on > date($until) - duration({days: 60})
WITH c.source AS source, c.filed_on > date($until) - duration({days: 30}) AS is_late
RETURN
  source,
  count(CASE WHEN is_late THEN 1 END) AS last_30_days,
  count(CASE WHEN NOT is_late THEN 1 END) AS before_30_days
ORDER BY last_30_days DESC, source
