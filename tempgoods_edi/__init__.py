"""China's temporary import and export goods messages: build, validate, sign.

The everyday names are here, each loaded when it is first used; every module is importable on its own too.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tempgoods_edi.desk import Checked, Policy, check
    from tempgoods_edi.envelope.message import Message
    from tempgoods_edi.interchange import json_form
    from tempgoods_edi.outbound import Built, build, seal
    from tempgoods_edi.rules import Card, Facts
    from tempgoods_edi.signing import SignaturePolicy, Signer, Trust, keys
    from tempgoods_edi.values import Bilingual, Finding, Severity, Verdict

__all__ = [
    "Bilingual",
    "Built",
    "Card",
    "Checked",
    "Facts",
    "Finding",
    "Message",
    "Policy",
    "Severity",
    "SignaturePolicy",
    "Signer",
    "Trust",
    "Verdict",
    "build",
    "check",
    "json_form",
    "keys",
    "seal",
]

#: Where each of them is at home.
_HOMES = {
    "desk": ("Checked", "Policy", "check"),
    "envelope.message": ("Message",),
    "interchange.json_form": ("json_form",),
    "outbound": ("Built", "build", "seal"),
    "rules": ("Card", "Facts"),
    "signing": ("SignaturePolicy", "Signer", "Trust"),
    "signing.keys": ("keys",),
    "values": ("Bilingual", "Finding", "Severity", "Verdict"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            module = import_module(f"{__name__}.{home}")
            found = module if home.endswith(f".{name}") else getattr(module, name)
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
