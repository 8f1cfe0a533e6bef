"""The few exceptions, for misuse by code or set-up.  A problem of a message is a `Finding`, never raised."""

from __future__ import annotations

from tempgoods_edi.values import Bilingual


class TempgoodsError(Exception):
    """Base class of this package's exceptions; carries the text in both languages."""

    def __init__(self, text: Bilingual) -> None:
        super().__init__(f"{text.zh} / {text.en}")
        self.text = text


class ProfileError(TempgoodsError):
    """An XSD uses a construct that the house profile does not allow."""


class KeySourceError(TempgoodsError):
    """A key or certificate cannot be used: wrong password, unreadable file, unsuitable key."""
