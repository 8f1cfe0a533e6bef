"""The demonstration CA: keys and certificates for tests, demonstrations and `keys make`, worth nothing outside."""

from __future__ import annotations

from tempgoods_edi.demo_ca.issuing import Holder, make_ca, make_certificate, make_crl, make_key

__all__ = ["Holder", "make_ca", "make_certificate", "make_crl", "make_key"]
