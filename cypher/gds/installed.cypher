// purpose: whether the Graph Data Science library is installed
// params: none
// returns: procedures
// mode: read
SHOW PROCEDURES YIELD name
WHERE name IN ['gds.graph.drop', 'gds.wcc.stream', 'gds.leiden.stream', 'gds.louvain.stream']
RETURN count(name) AS procedures
