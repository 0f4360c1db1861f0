// purpose: Leiden communities of the projected graph, by person
// params: graph: str, resolution: float, seed: int
// returns: policyholder_id, community
// mode: read
CALL gds.leiden.stream($graph, {relationshipWeightProperty: 'weight', gamma: $resolution, randomSeed: $seed, concurrency: 1})
YIELD nodeId, communityId
WITH gds.util.asNode(nodeId) AS p, communityId AS community
WHERE p:Policyholder
RETURN p.policyholder_id AS policyholder_id, community
