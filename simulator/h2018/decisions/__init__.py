"""Decisions as pure functions: what customs would do with a message, a case, a query; nothing here stores or sends."""
