// purpose: find a Ring by its ring_id
// params: none
// returns: none
// mode: schema
CREATE INDEX ring_by_id IF NOT EXISTS
FOR (n:Ring) ON (n.ring_id)
