// purpose: what a run is of
// params: run: str
// returns: case_name, manifest, content, is_masked, complete
// mode: read
MATCH (n:Run {run_id: $run})
RETURN
  n.case_name AS case_name,
  n.manifest AS manifest,
  n.content AS content,
  n.is_masked AS is_masked,
  n.complete AS complete
