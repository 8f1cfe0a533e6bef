"""The steps.  A step that was released is never changed; the tables of the present stand in `tables`."""
