"""Fault injection: what can go wrong on the line and in the messages, chosen by a seed, so that a run can be repeated.

Pure: `plan.choose` says which fault an item meets at a step, `spoiling` does it to the bytes, `log` keeps what was
done and gives it back; only `live` knows where a tenant keeps its plan.  From top to bottom, a module imports only what is
below it::

    live                      the plan in force in one tenant, its log
    plan_file | log           TOML/JSON → plan; replay
    plan      | spoiling      which fault; what it does to bytes
    kinds                     the catalogue
    latency
"""
