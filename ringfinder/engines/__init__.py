"""Where the graph is held: the statements a graph database is asked, and the engines that ask them.

In:  nothing (a package).   Out: nothing at import.   Never detects, never scores.
"""
