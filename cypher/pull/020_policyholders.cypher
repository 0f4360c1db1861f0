// purpose: the people of a run
// params: run: str
// returns: policyholder_id, name, household
// mode: read
MATCH (p:Policyholder)
WHERE $run IN p.runs
RETURN
  p.policyholder_id AS policyholder_id,
  p.name AS name,
  p.household AS household
ORDER BY policyholder_id
