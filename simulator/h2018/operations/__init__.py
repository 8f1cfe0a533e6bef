"""Operations that a tester can do to a tenant, shared by console and control API: limits, transaction, journal line.

The console and the control API only read what was asked for and show what came of it.  Each function takes the tenant and
the face it was asked for through, and raises an `OperationError` when it cannot be done; then nothing was changed.
"""
