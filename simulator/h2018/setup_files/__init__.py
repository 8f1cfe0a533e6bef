"""Reads files in TOML, JSON and CSV that people write, and reports every problem in a file at once."""
