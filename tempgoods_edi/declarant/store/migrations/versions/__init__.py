"""The migration steps.  A released step is never changed; the present tables stand in `tables`."""
