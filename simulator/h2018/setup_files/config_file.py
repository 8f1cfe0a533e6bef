"""Reads a configuration file, TOML or JSON, and reports every problem in it at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from h2018.config import Config, Prefix
from h2018.numbering import numbered
from tempgoods_edi.bounded import Unfit, read_toml, single
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.misfit import misfit
from tempgoods_edi.nearest import meant
from tempgoods_edi.texts import NotText, read_text
from tempgoods_edi.values import Bilingual

_UNUSABLE = Bilingual("配置文件 {name} 不可用：{why}", "the configuration file {name} cannot be used: {why}")
_UNKNOWN = Bilingual("没有设置“{name}”，{hint}", "there is no setting “{name}”, {hint}")

_PREFIXES = "prefixes"


class BadConfig(TempgoodsError):
    """A configuration file cannot be used; the text says why."""


def read_config(path: Path) -> Config:
    """Read the configuration file at *path*, TOML by its suffix, else JSON; its names are those of `Config`.

    :raises BadConfig: it cannot be read, or has settings that do not exist or cannot have that value.
    :raises OSError: there is no such file.
    """
    try:
        text = read_text(path)
        given = read_toml(text) if path.suffix.lower() == ".toml" else single(text)
    except (Unfit, NotText) as error:
        raise _unusable(path, error.text) from error
    types = {field.encode_name: field.type for field in structs.fields(Config)}
    if not isinstance(given, dict):
        raise _unusable(path, misfit(msgspec.ValidationError("Expected `object`, got `other`"), given, dict[str, Any]))
    values, faults = _settings(given, types)
    if faults:
        told = Bilingual("；".join(each.zh for each in faults), "; ".join(each.en for each in faults))
        raise _unusable(path, told)
    return Config(**values)


def _settings(
    given: dict[str, Any], types: Mapping[str, Any], where: str = ""
) -> tuple[dict[str, Any], list[Bilingual]]:
    """The settings in the table *given*, each of its type, and all that is wrong with them.

    :param where: what stands before their names when they are told.
    """
    values, faults = dict[str, Any](), list[Bilingual]()
    for name, value in given.items():
        if name not in types:
            faults.append(_UNKNOWN.format(name=f"{where}{name[:60]}", hint=meant(name[:60], types)))
        elif name == _PREFIXES and isinstance(value, dict):
            values[name], found = _settings(value, dict.fromkeys(sorted(numbered()), Prefix), f"{_PREFIXES}/")
            faults += found
        else:
            try:
                values[name] = msgspec.convert(value, types[name], dec_hook=_path)
            except msgspec.ValidationError as error:
                faults.append(misfit(error, value, types[name], f"{where}{name}"))
    return values, faults


def _path(kind: type, value: Any) -> Any:
    """A file name as a path."""
    if not isinstance(value, str):
        raise TypeError("Expected `str`, got `other`")
    return kind(value)


def _unusable(path: Path, why: Bilingual) -> BadConfig:
    return BadConfig(_UNUSABLE.format(name=path.name, why=why))
