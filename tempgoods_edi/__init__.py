"""China's temporary import/export goods messages: build, validate, sign.

The everyday names are here; each module is importable on its own.
"""
