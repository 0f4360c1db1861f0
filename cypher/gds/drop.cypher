// purpose: the graph in memory is let go, if it is there
// params: graph: str
// returns: dropped
// mode: write
CALL gds.graph.drop($graph, false)
YIELD graphName
RETURN graphName AS dropped
