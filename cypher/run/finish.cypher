// purpose: every part of a run is loaded
// params: run: str
// returns: none
// mode: write
MATCH (n:Run {run_id: $run})
SET n.complete = true
