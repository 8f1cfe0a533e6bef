"""Watching the simulated customs from outside: figures for Prometheus, a structured log, alive and ready.

Nothing here changes what customs does.  No figure and no line carries the content of a message.
"""
