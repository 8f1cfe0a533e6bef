"""Monitoring of the simulated customs: metrics for Prometheus, a structured log, health and readiness.

Nothing here changes what customs does.  No figure and no line carries the content of a message.
"""
