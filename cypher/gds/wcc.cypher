// purpose: connected components of the projected graph, by person
// params: graph: str
// returns: policyholder_id, community
// mode: read
CALL gds.wcc.stream($graph, {})
YIELD nodeId, componentId
WITH gds.util.asNode(nodeId) AS p, componentId AS community
WHERE p:Policyholder
RETURN p.policyholder_id AS policyholder_id, community
