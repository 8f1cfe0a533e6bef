"""Every other shape of the same data: JSON now; the addresses are the same in each."""
