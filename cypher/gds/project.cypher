// purpose: the judged evidence of some runs as a graph in memory: people, linking values, nats spread over its holders, at least .1 as a letter may vouch for a weak one
// params: graph: str, runs: list
// returns: people, links
// mode: read
MATCH (run:Run)-[j:JUDGED {verdict: 'evidence'}]->(v:Identifier)<-[x:HOLDS {is_fresh: true}]-(p:Policyholder)
WHERE run.run_id IN $runs AND x.run = run.run_id
WITH p, v, max(CASE WHEN j.score > 0.1 THEN j.score ELSE 0.1 END / CASE WHEN j.n_fresh > 1 THEN j.n_fresh ELSE 1 END) AS weight
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
