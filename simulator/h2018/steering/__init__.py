"""The planes that decide before the real rules do: control, scenarios, reserved test values, in this precedence.

Pure: `planes.steer` gets the message and what testers asked for, and says which outcome, by which plane, and why.
From top to bottom, a module imports only what is below it::

    scenario_file             TOML → scenarios, checked against the messages
    planes                    precedence
    control | scenario | reserved
    outcomes | view | gate
"""
