"""Encodes values of the simulator into the stored bytes and decodes them, whatever declaration they hold."""

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
    """Make the function that decodes stored values of *kind*."""
    return msgspec.json.Decoder(kind).decode


@cache
def document_decoder(code: str) -> Decode:
    """Make the function that decodes stored records of messages *code*."""
    return msgspec.json.Decoder(codec.record_class(reader.message(code).root)).decode
