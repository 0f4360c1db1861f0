// purpose: a part of a run is loaded whole
// params: run: str, part: str
// returns: none
// mode: write
MATCH (n:Run {run_id: $run})
SET n.loaded = n.loaded + $part
