"""The demonstration: cards of two enterprises, and records that are there before anybody has typed anything."""
