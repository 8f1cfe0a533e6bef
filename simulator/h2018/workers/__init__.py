"""Slow work done outside the reactor's turn, in threads or small steps, so that others are served meanwhile."""
