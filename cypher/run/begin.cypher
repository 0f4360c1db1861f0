// purpose: a run begins, or goes on where it stopped
// params: run: str, about: map
// returns: loaded, content, complete
// mode: write
MERGE (n:Run {run_id: $run})
ON CREATE SET
  n += $about,
  n.loaded = [],
  n.complete = false
RETURN
  n.loaded AS loaded,
  n.content AS content,
  n.complete AS complete
