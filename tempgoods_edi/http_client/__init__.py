"""An HTTP client with one deadline for the whole exchange, a size limit on the answer, and texts for failures.

A server that sends a byte now and then holds nobody for longer than the deadline.  Requests to this machine never go through
a proxy, whatever the environment says; others go through the one it names, and one that fails is named.  Redirections are
not followed: what is for one server is shown to no other.
"""
