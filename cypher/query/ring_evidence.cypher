// purpose: what speaks for a suspected ring of a run and what against it, heaviest first, with the source rows
// params: run: str, ring_id: str
// returns: direction, channel, weight, statement, source_table, source_rows
// mode: read
MATCH (:Ring {id: $run + '/' + $ring_id})<-[:ABOUT]-(e:Evidence)
RETURN
  e.direction AS direction,
  e.channel AS channel,
  e.weight AS weight,
  e.statement_zh AS statement,
  e.source_table AS source_table,
  e.source_rows AS source_rows
ORDER BY direction DESC, weight DESC, statement
