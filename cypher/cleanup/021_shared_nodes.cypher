// purpose: nodes that other runs wrote too are theirs alone
// params: run: str
// returns: none
// mode: write
MATCH (n:Policyholder|Identifier|ComplaintTemplate|Policy|Complaint|Surrender|Ring|Evidence)
WHERE $run IN n.runs
CALL (n) {
  SET n.runs = [other IN n.runs WHERE other <> $run]
} IN TRANSACTIONS OF 10000 ROWS
