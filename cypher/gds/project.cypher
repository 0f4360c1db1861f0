// purpose: the judged evidence of some runs as a graph in memory: people, linking values, nats spread over its holders, at least .1 as a letter may vouch for a weak one
// params: graph: str, runs: list
// returns: people, links
// mode: read
MATCH (v:Identifier {verdict: 'evidence'})<-[x:HOLDS {is_fresh: true}]-(p:Policyholder)
WHERE any(run IN x.runs WHERE run IN $runs)
WITH DISTINCT p, v, CASE WHEN v.score > 0.1 THEN v.score ELSE 0.1 END / CASE WHEN v.n_fresh > 1 THEN v.n_fresh ELSE 1 END AS weight
WITH
  count(DISTINCT p) AS people,
  gds.graph.project(
    $graph,
    p,
    v,
    {relationshipProperties: {weight: weight}},
    {undirectedRelationshipTypes: ['*']}
  ) AS projected
RETURN people, projected.relationshipCount AS links
