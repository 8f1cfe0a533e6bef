"""What everybody who speaks with customs shares: their HTTP interface, the technical answer, and words for what fails.

The command line, the simulator's client and the declarant's gateway all go through here.
"""
