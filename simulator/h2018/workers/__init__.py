"""Slow work done off the reactor, in threads or in small steps, so that others are served meanwhile."""
