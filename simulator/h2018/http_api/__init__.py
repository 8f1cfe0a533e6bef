"""The HTTP API for declarants' programs: send messages, fetch receipts, register callbacks."""
