// purpose: surrenders of a run, what was paid and into which account
// params: run: str
// returns: surrender_id, policyholder_id, policy_id, kind, surrendered_on, cash_value, amount_paid, payout_account
// mode: read
MATCH (p:Policyholder)-[x:SURRENDERED]->(s:Surrender)
WHERE $run IN x.runs
OPTIONAL MATCH (s)-[e:ENDED]->(l:Policy)
WHERE $run IN e.runs
OPTIONAL MATCH (s)-[a:PAID_INTO]->(v:BankAccount)
WHERE $run IN a.runs
RETURN
  s.surrender_id AS surrender_id,
  p.policyholder_id AS policyholder_id,
  l.policy_id AS policy_id,
  s.kind AS kind,
  s.surrendered_on AS surrendered_on,
  s.cash_value AS cash_value,
  s.amount_paid AS amount_paid,
  v.value AS payout_account
ORDER BY surrender_id
