"""The gateway: outbox → transport → technical answers and receipts → states.  One process and thread, nothing in memory
that a kill could lose: what was put into the outbox goes out, once at customs, however often it is tried."""
