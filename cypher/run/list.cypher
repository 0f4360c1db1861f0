// purpose: the runs in the database
// params: none
// returns: run_id, case_name, version, is_masked, parts, complete
// mode: read
MATCH (n:Run)
RETURN
  n.run_id AS run_id,
  n.case_name AS case_name,
  n.version AS version,
  n.is_masked AS is_masked,
  size(n.loaded) AS parts,
  n.complete AS complete
ORDER BY run_id
