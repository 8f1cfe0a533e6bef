"""The life cycle of a declaration: states and events, versions, receipts in any order, deadlines."""
