"""The card and the card control on the declarant's computer: identity, PIN, and what may be signed.

`cards` says what a card is; `soft` is one kind of it, kept in a folder; `agent` is what web pages talk to.
A page is never handed a key, a PIN, or a signature over anything but its own login or a message people can read.
"""
