"""The XSD, read once into an immutable spec tree, and everything read off it directly."""
