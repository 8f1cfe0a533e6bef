"""A virtual IC card: a PIV card (SP 800-73-4) in a folder, for tests and demonstrations.

`card` answers commands as a chip does; `slot` puts it into a reader of a real PC/SC service (vpcd), `inside` into one
of this process.  Whoever can copy the folder can guess at the PIN at leisure: never for real use.
"""
