// purpose: the run itself
// params: run: str
// returns: none
// mode: write
MATCH (n:Run {run_id: $run})
DELETE n
