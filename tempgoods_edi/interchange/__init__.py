"""Other forms of the same data, JSON and sheets; addresses are the same in each."""
