"""One tenant and all of them: carries out what was decided, keeps it in one transaction, sends what leaves, in time."""
