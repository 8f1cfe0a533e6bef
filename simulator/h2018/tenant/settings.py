"""The settings of a tenant: which of a server's settings are the tenant's own and stored with it."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from h2018.config import Config
from h2018.store import Store
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.misfit import misfit
from tempgoods_edi.values import Bilingual

#: The setting that is kept under.
CONFIG = "config"
TENANT_SETTINGS = (
    "seed", "progression", "polls", "store_seconds", "review_seconds", "answer_seconds", "allow_unsigned", "sender_id",
    "key_name", "prefixes",
)  # fmt: skip
#: What of that can be changed while the tenant runs.
CHANGEABLE = frozenset(TENANT_SETTINGS) - {"seed", "prefixes"}

UNUSABLE = Bilingual("设置不可用：{why}", "unusable settings: {why}")


class BadSetting(TempgoodsError):
    """A setting does not exist, or cannot have that value."""


def own(config: Config) -> dict[str, Any]:
    """The settings in *config* that are a tenant's own."""
    return {name: getattr(config, name) for name in TENANT_SETTINGS}


def with_own(base: Config, kept: dict[str, Any]) -> Config:
    """*base* with the tenant's own settings put in; raises `BadSetting` for an impossible value."""
    known = {name: value for name, value in kept.items() if name in TENANT_SETTINGS}
    try:
        read = msgspec.convert(msgspec.to_builtins(known), type=Config)
    except (msgspec.ValidationError, TypeError) as error:
        raise BadSetting(UNUSABLE.format(why=misfit(error, known, Config))) from error
    return replace(base, **{name: getattr(read, name) for name in known})


def changes(asked: dict[str, object]) -> dict[str, Any]:
    """Check that every setting in *asked* can be changed, and return them; raises `BadSetting`."""
    unknown = sorted(set(asked) - CHANGEABLE)
    if unknown:
        raise BadSetting(UNUSABLE.format(why=", ".join(unknown)))
    return asked


class KeptSettings:
    """The settings of one tenant: the server's, with those that the tenant stores itself.

    :ivar present: how it is set up now.
    """

    __slots__ = ("_base", "_store", "present")

    def __init__(self, base: Config, store: Store) -> None:
        self._base, self._store, self.present = base, store, base
        self.read()

    def get(self) -> Config:
        """The tenant's present settings."""
        return self.present

    def read(self) -> None:
        """Read the settings anew from the store."""
        self.present = with_own(self._base, self._kept())

    def changed(self, changes: dict[str, Any]) -> Config:
        """The settings with *changes* made; raises `BadSetting` for an impossible value."""
        return with_own(self._base, {**self._kept(), **changes})

    def keep(self, changes: dict[str, Any]) -> None:
        """Store *changes* within a transaction; the caller sets `present` once they are committed."""
        self._store.set_setting(CONFIG, msgspec.json.encode({**self._kept(), **changes}))

    def begin(self, base: Config | None = None) -> None:
        """Store the settings of a new tenant, from *base*; later changes of the server's settings leave them."""
        if base is not None:
            self._base = base
        self.present = self._base
        kept = {"seed": self.present.seed} if base is None else own(self.present)
        self._store.set_setting(CONFIG, msgspec.json.encode(kept))

    def pin(self) -> None:
        """Store the present settings, so that later changes of the server's settings leave them."""
        self._store.set_setting(CONFIG, msgspec.json.encode(own(self.present)))

    def _kept(self) -> dict[str, Any]:
        data = self._store.setting(CONFIG)
        found: dict[str, Any] = {} if data is None else msgspec.json.decode(data)
        return found
