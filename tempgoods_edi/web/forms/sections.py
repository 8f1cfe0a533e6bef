"""The fields of a section that a form shows, and their width; the sections themselves are in `declarant.sections`."""

from __future__ import annotations

from tempgoods_edi.lifecycle.versions import VersionKind
from tempgoods_edi.schema.spec import FieldSpec

#: In which versions a field of changes is shown (a schema field marked ``change`` that is not named: in both).
SHOWN_IN = {
    "ModReason": frozenset({VersionKind.CHANGE}),
    "DelReason": frozenset({VersionKind.DELETION}),
    "ModfMarkCd": frozenset({VersionKind.CHANGE}),
}
_LATER = frozenset({VersionKind.CHANGE, VersionKind.DELETION})

#: Fields of changes that declaring one needs (the schema cannot say so: it depends on the version).
REASONS = frozenset({"ModReason", "DelReason"})

#: Fields that take two columns of the form.
WIDE = REASONS | frozenset(
    {"ExhibitionNm", "ExhibitionNmEn", "HallAddr", "ApplicantAddr", "LoanReason", "Purpose", "Reason"}
)


def is_shown(field: FieldSpec, version: VersionKind) -> bool:
    """True when the form of that *version* shows *field*."""
    return not field.change_only or version in SHOWN_IN.get(field.tag, _LATER)
