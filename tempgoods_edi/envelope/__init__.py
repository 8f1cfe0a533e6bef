"""The envelope around a document: how it is written and read, and the archive in which it may travel."""
