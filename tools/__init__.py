"""What builds, tests and starts the project from a bare checkout."""
