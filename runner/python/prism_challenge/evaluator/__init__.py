"""Home of `interface`; the name is the one bundles have always imported."""
