"""The ways in and out: the same bytes on each, no decision in any."""
