"""The ways in and out: they carry bytes and decide nothing."""
