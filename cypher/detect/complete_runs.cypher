// purpose: the pushed cases that are complete; communities found on the server are no source of others
// params: none
// returns: run_id, content, is_masked
// mode: read
MATCH (n:Run)
WHERE n.complete AND n.kind = 'case'
RETURN n.run_id AS run_id, n.content AS content, n.is_masked AS is_masked
ORDER BY run_id
