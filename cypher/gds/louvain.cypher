// purpose: Louvain communities of the projected graph, by person
// params: graph: str
// returns: policyholder_id, community
// mode: read
CALL gds.louvain.stream($graph, {relationshipWeightProperty: 'weight', concurrency: 1})
YIELD nodeId, communityId
WITH gds.util.asNode(nodeId) AS p, communityId AS community
WHERE p:Policyholder
RETURN p.policyholder_id AS policyholder_id, community
