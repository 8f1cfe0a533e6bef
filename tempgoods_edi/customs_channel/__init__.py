"""The channel to customs, shared by all clients: customs' HTTP interface, the technical answer, and texts for failures.

The command line, the simulator's client and the declarant's gateway all go through here.
"""
