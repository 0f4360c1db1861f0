"""The nouns: frozen, columnar, no I/O."""
