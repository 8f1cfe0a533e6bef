"""Decisions, pure functions: what would customs do with a message, a case, a query?  Nothing here keeps or sends anything."""
