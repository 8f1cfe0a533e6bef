"""Explains why a signature fails: tries the known mistakes of people and programs until the digests agree."""

from __future__ import annotations

from tempgoods_edi.signing.doctor.cause import Cause
from tempgoods_edi.signing.doctor.diagnosis import Diagnosis, Difference, PartDiagnosis, diagnose

__all__ = ["Cause", "Diagnosis", "Difference", "PartDiagnosis", "diagnose"]
