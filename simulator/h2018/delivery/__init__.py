"""How receipts reach declarants, purely: when to try again, what blocks what, what a pull may show.

Nothing here opens a connection; the service carries out what is decided and hands the results in.  A module imports
only what is below it::

    rounds                    queue and channel: what to try, what a result does, when to wake
    channel | backoff         the table; how long to wait
    attempts                  results and their classes; the row kept of each try
    high_water                what a pull may return
"""
