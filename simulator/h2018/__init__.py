"""H2018, simulated: takes temporary-goods messages as customs does, answers them, and remembers.

Nothing here is customs.  What it does, and how sure we are that customs do so, stands in the fidelity ledger
(`tempgoods_edi.fidelity`).  From top to bottom, a module imports only what is below it::

    __main__ | testing | app  wiring, the only importer of the reactor
    console | control | watching    what testers see and do
    http_api | ways           declarants' programs; exchange folders, SFTP, push and TLS opened
    push                      receipts sent to callbacks
    http | transports         a small framework; folders, SFTP and TLS, which only carry
    operations                what a tester can do: limits, transaction, journal line
    tenant                    one isolated customs, and all of them: carries out what was decided
    decisions                 pure: what customs would do
    faults | registry | steering | workers
    store                     what is remembered
    setup_files | demo        what people write in TOML and CSV; a first try
    business_clock | cases | client | config
"""
