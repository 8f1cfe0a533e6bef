"""The optional dependencies (extras): a command whose extra is missing says the line to type.

The extras are those of ``pyproject.toml``; a feature asks for its own with `need` before it imports anything of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

_SHEETS = ("python_calamine", "xlsxwriter")
_STORE = ("alembic", "sqlalchemy")
_CARD_CONTROL = ("jinja2", "starlette", "uvicorn", "websockets")
#: The extras, and the modules of others that are imported where they are used.
MODULES: Mapping[str, tuple[str, ...]] = {
    "sheets": _SHEETS,
    "simulator": ("jinja2", "OpenSSL", "prometheus_client", "twisted", *_STORE),
    "portal": (
        *("fastapi", "paramiko", "pylopdf_fonts_zh_cn", "python_multipart", "typst"),
        *_CARD_CONTROL, *_SHEETS, *_STORE,
    ),
    # `smartcard` is asked for only by who has readers: the control also serves cards in folders.
    "card": _CARD_CONTROL,
    "sm2": ("gmssl_pyx",),
    "postgres": ("psycopg",),
    "testing": ("hypothesis",),
    "second-opinion": ("signxml", "xmlschema"),
}  # fmt: skip

_MISSING = Bilingual(
    '{what}需要另外安装：pip install "tempgoods-edi[{extras}]"',
    '{what} needs more to be installed: pip install "tempgoods-edi[{extras}]"',
)


class MissingExtra(TempgoodsError, ImportError):
    """A feature needs an extra that is not installed; the text says the line to type."""


def need(what: Bilingual | str, *extras: str) -> None:
    """Make sure that *extras* are installed.

    :param what: the feature, for the text.
    :raises MissingExtra: one of them is not, or not all of it.
    """
    lacking = [extra for extra in extras if not all(map(_is_there, MODULES[extra]))]
    if lacking:
        raise MissingExtra(_MISSING.format(what=what, extras=",".join(lacking)))


def bringing(module: str) -> str | None:
    """The extra that brings *module*, the first where several do; None when none does.

    >>> bringing("twisted.internet"), bringing("os")
    ('simulator', None)
    """
    top = module.partition(".")[0]
    return next((extra for extra, modules in MODULES.items() if top in modules), None)


def unmet(what: Bilingual | str, error: ModuleNotFoundError) -> MissingExtra | None:
    """The error for an import that failed because an extra is missing; None when it failed for another reason."""
    extra = bringing(error.name or "")
    return None if extra is None else MissingExtra(_MISSING.format(what=what, extras=extra))


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False
