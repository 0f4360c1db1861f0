// purpose: relationships that this run alone wrote are deleted
// params: run: str
// returns: none
// mode: write
MATCH (n:Policyholder|Policy|Complaint|Surrender|Ring|Evidence|Run)
CALL (n) {
  MATCH (n)-[x:HOLDS|JUDGED|OWNS|SOLD_BY|ENGAGED|RELATED|FILED|WRITTEN_AS|ACCUSES|SURRENDERED|ENDED|PAID_INTO|MEMBER_OF|RESTS_ON|USES|ABOUT]->()
  WHERE x.runs = [$run]
  DELETE x
} IN TRANSACTIONS OF 1000 ROWS
