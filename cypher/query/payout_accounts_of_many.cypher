// purpose: bank accounts that took the payouts of several households
// params: least: int
// returns: shown, households, policyholders, payments, overpaid
// mode: read
MATCH (v:BankAccount)<-[:PAID_INTO]-(s:Surrender)<-[:SURRENDERED]-(p:Policyholder)
WITH v, count(DISTINCT p.household) AS households, count(DISTINCT p) AS policyholders, count(DISTINCT s) AS payments, collect(DISTINCT s) AS paid
WHERE households >= $least
RETURN
  v.shown AS shown,
  households,
  policyholders,
  payments,
  reduce(total = 0.0, s IN paid | total + coalesce(s.overpaid, 0.0)) AS overpaid
ORDER BY households DESC, shown, v.value
