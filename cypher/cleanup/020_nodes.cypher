// purpose: nodes that this run alone wrote are deleted
// params: run: str
// returns: none
// mode: write
MATCH (n:Policyholder|Identifier|ComplaintTemplate|Policy|Complaint|Surrender|Ring|Evidence)
WHERE n.runs = [$run]
CALL (n) {
  DETACH DELETE n
} IN TRANSACTIONS OF 10000 ROWS
