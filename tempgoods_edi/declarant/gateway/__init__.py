"""The gateway: carries messages from the outbox to customs, and technical answers and receipts back into states.

One process, one thread, nothing in memory that a kill could lose: what was put into the outbox goes out, once at customs,
however often it is tried.
"""
