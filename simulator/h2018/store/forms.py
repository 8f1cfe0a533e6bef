"""Values of the simulator as the bytes that are stored, and back, whatever declaration they hold."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import msgspec

from tempgoods_edi import codec
from tempgoods_edi.schema import reader

Encode: TypeAlias = Callable[[Any], bytes]
Decode: TypeAlias = Callable[[bytes], Any]

encode: Encode = msgspec.json.encode


@cache
def decoder(kind: Any) -> Decode:
    """Reads values of *kind*."""
    return msgspec.json.Decoder(kind).decode


@cache
def document_decoder(code: str) -> Decode:
    """Reads the records of messages *code*."""
    return msgspec.json.Decoder(codec.record_class(reader.message(code).root)).decode
