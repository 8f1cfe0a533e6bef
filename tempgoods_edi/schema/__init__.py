"""The XSD schemas, read once into an immutable spec tree, and what is derived directly from it."""
