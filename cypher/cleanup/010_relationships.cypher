// purpose: relationships that this run alone wrote are deleted
// params: run: str
// returns: none
// mode: write
MATCH ()-[x:HOLDS|OWNS|SOLD_BY|ENGAGED|RELATED|FILED|WRITTEN_AS|ACCUSES|SURRENDERED|ENDED|PAID_INTO|MEMBER_OF|RESTS_ON|USES|ABOUT]->()
WHERE x.runs = [$run]
CALL (x) {
  DELETE x
} IN TRANSACTIONS OF 10000 ROWS
