"""The package around a document: what it is, how it is written and read, and the archive it may travel in."""
