"""A typed client of the simulated customs: submit, fetch and await receipts, ask why, and control it.

>>> from h2018.client import connect
>>> customs = connect("http://127.0.0.1:8018", tenant="team-a")   # nothing is sent yet
>>> customs.tenant
'team-a'

It knows HTTP only; nothing of the server is imported.
"""

from __future__ import annotations

from h2018.client.control import Clock, Control, Faults
from h2018.client.customs import Customs, connect
from h2018.client.errors import (
    ClientError,
    NotInTime,
    NotUnderstood,
    Refused,
    Throttled,
    Unavailable,
    Unreachable,
)
from h2018.client.values import Health, Receipt, Step, TechnicalAnswer, Why
from h2018.client.wire import Certificate, HttpWire, Wire

__all__ = [
    "Certificate",
    "ClientError",
    "Clock",
    "Control",
    "Customs",
    "Faults",
    "Health",
    "HttpWire",
    "NotInTime",
    "NotUnderstood",
    "Receipt",
    "Refused",
    "Step",
    "TechnicalAnswer",
    "Throttled",
    "Unavailable",
    "Unreachable",
    "Why",
    "Wire",
    "connect",
]
