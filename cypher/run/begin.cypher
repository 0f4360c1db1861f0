// purpose: a run begins, or goes on where it stopped
// params: run: str, about: map
// returns: loaded, content, complete
// mode: write
MERGE (n:Run {run_id: $run})
ON CREATE SET
  n.kind = $about.kind,
  n.content = $about.content,
  n.case_name = $about.case_name,
  n.version = $about.version,
  n.manifest = $about.manifest,
  n.is_masked = $about.is_masked,
  n.detected_in = $about.detected_in,
  n.loaded = [],
  n.complete = false
RETURN
  n.loaded AS loaded,
  n.content AS content,
  n.complete AS complete
