"""The demonstration: cards of two enterprises, and records that exist before anybody types anything."""
