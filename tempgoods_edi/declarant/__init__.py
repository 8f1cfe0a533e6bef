"""The declarant's side, with I/O: store, service functions for each button, gateway to customs, print-outs."""
