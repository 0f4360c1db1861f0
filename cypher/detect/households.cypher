// purpose: the households of the people whom judged evidence of some runs links, one row a person and household
// params: runs: list
// returns: policyholder_id, household
// mode: read
MATCH (run:Run)-[:JUDGED {verdict: 'evidence'}]->(:Identifier)<-[x:HOLDS {is_fresh: true}]-(p:Policyholder)
WHERE run.run_id IN $runs AND x.run = run.run_id
RETURN DISTINCT
  p.policyholder_id AS policyholder_id,
  x.household AS household
ORDER BY policyholder_id, household
