"""H2018, simulated: takes temporary-goods messages as customs does, answers them, and remembers.

Nothing here is customs.  What it does, and how sure we are that customs do so, stands in the fidelity ledger
(`tempgoods_edi.fidelity`).  From top to bottom, a module imports only what is below it::

    __main__ | app            wiring, the only importer of the reactor
    console | control | watching
    transports                HTTP, exchange folders, SFTP, push
    worlds › world            the server's tenants; one isolated customs
    service | reviewing       the interpreters of what was decided
    decide, review, queries, steered (pure) | orders | registry | outbox | agenda
    steering | faults | delivery (pure) | store | clock
    cases | config
"""
