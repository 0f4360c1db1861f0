// purpose: intermediaries whose clients complain more often than other clients do
// params: least_clients: int, times: float
// returns: intermediary_id, clients, complained, share, share_of_all
// mode: read
MATCH (i:Intermediary)<-[:SOLD_BY]-(:Policy)<-[:OWNS]-(p:Policyholder)
WITH DISTINCT i, p, EXISTS { (p)-[:FILED]->(:Complaint) } AS complains
WITH i, count(p) AS clients, count(CASE WHEN complains THEN 1 END) AS complained
WITH collect({i: i, clients: clients, complained: complained}) AS books, sum(clients) AS everybody, sum(complained) AS complaining
UNWIND books AS book
WITH book, 1.0 * book.complained / book.clients AS share, 1.0 * complaining / everybody AS share_of_all
WHERE book.clients >= $least_clients AND share >= $times * share_of_all
RETURN
  book.i.value AS intermediary_id,
  book.clients AS clients,
  book.complained AS complained,
  round(share, 4) AS share,
  round(share_of_all, 4) AS share_of_all
ORDER BY share DESC, intermediary_id
