"""Files in TOML, JSON and CSV that people write: read whole, with everything that is wrong told at once."""
