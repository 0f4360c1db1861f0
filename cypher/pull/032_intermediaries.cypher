// purpose: agents, brokers, consultancies of a run
// params: run: str
// returns: intermediary_id, name, kind, left_on
// mode: read
MATCH (i:Intermediary)
WHERE $run IN i.runs
RETURN
  i.value AS intermediary_id,
  i.name AS name,
  i.intermediary_kind AS kind,
  i.left_on AS left_on
ORDER BY intermediary_id
