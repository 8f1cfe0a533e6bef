"""The whole server apart from its ways in and out: one database, and in it the worlds of its tenants, each by itself.

>>> from twisted.internet.task import Clock
>>> customs = Customs(Config(clock="manual"), Clock())
>>> customs.names(), customs.world().store.receipts()
(('default',), ())
>>> customs.close()
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import Clock

from h2018.config import Config
from h2018.store import Database, schema, tenants
from h2018.tenant.settings import BadSetting
from h2018.tenant.tenant import NoSuchReceipt, World
from h2018.workers.journal_reader import lookers
from h2018.workers.preparation import Openings
from tempgoods_edi.databases import TRIAL, trouble
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.values import Bilingual

if TYPE_CHECKING:
    from h2018.workers.second_opinion import Seconding
    from tempgoods_edi.second_opinion import SecondOpinion

__all__ = ["DEFAULT", "BadName", "BadSetting", "Customs", "NameTaken", "NoSuchReceipt", "NoSuchWorld", "World"]

#: The tenant that is always there.
DEFAULT = "default"

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_NO_WORLD = Bilingual("没有租户“{name}”", "there is no tenant “{name}”")
_TAKEN = Bilingual("租户“{name}”已存在", "there is a tenant “{name}” already")
_BAD_NAME = Bilingual(
    "租户名“{name}”不可用：小写字母、数字和连字符，至多63个",
    "“{name}” cannot name a tenant: a-z, 0-9, hyphens, at most 63",
)
_NO_DATABASE = Bilingual("数据库出错（{why}）", "the database fails ({why})")
_LATE = Bilingual("到期的步骤已迟 {seconds:.0f} 秒", "what is due is {seconds:.0f} seconds late")
#: Steps that are late by more seconds of business time are not being done.
LATEST = 60.0
_KEPT = Bilingual("租户“{name}”不能删除", "the tenant “{name}” cannot be dropped")


class NoSuchWorld(TempgoodsError):
    """A tenant was asked for that is not there."""


class NameTaken(TempgoodsError):
    """A tenant of that name is there already."""


class BadName(TempgoodsError):
    """A name that no tenant can have, or the default tenant's where it cannot be meant."""


class Customs:
    """All tenants of one server.  Everything is synchronous, and done by one thread at a time.

    :param config: how new worlds are set up, and where the database is.
    :param machine: the reactor, or a `task.Clock`.
    :param trust: CAs and revocation lists that declarants' certificates are judged by; None leaves signed messages undecided.
    :param opinion: other engines to be asked too; where *config* says so and this is None, they are started.
    :raises DatabaseError: the database cannot be used.
    :raises second_opinion.NotInstalled: the other engines are not there.
    """

    def __init__(
        self,
        config: Config,
        machine: IReactorTime,
        *,
        trust: Trust | None = None,
        opinion: SecondOpinion | None = None,
    ) -> None:
        self.config, self.trust = config, trust
        self._machine = machine
        if opinion is None and config.second_opinion:
            from tempgoods_edi.second_opinion import SecondOpinion

            opinion = SecondOpinion()
        self._seconding = None if opinion is None else _seconding(opinion, machine)
        # A test with a clock of its own has everything done at once.
        self._openings = None if isinstance(machine, Clock) else Openings(machine)
        self._lookers = lookers(None if isinstance(machine, Clock) else machine)
        self._database = Database(config.database)
        schema.bring_up_to_date(self._database)
        self._worlds: dict[str, World] = {}
        for name, number in tenants.names(self._database).items():
            self._worlds[name] = self._open(name, number, config)
        if DEFAULT not in self._worlds:
            self._make(DEFAULT, config)

    def world(self, name: str = DEFAULT) -> World:
        """The tenant of that name; raises `NoSuchWorld`."""
        try:
            return self._worlds[name]
        except KeyError:
            raise NoSuchWorld(_NO_WORLD.format(name=name)) from None

    def names(self) -> tuple[str, ...]:
        """The tenants, in the order in which they were made."""
        return tuple(self._worlds)

    def create(self, name: str, config: Config | None = None, snapshot: bytes | None = None) -> World:
        """A new tenant, empty or as *snapshot* says.

        :param config: how it is set up; None is as the server is.
        :raises BadName: no tenant can be called so.
        :raises NameTaken: one is.
        :raises BadSnapshot: *snapshot* is none.
        """
        if _NAME.fullmatch(name) is None:
            raise BadName(_BAD_NAME.format(name=name[:100]))
        if name in self._worlds:
            raise NameTaken(_TAKEN.format(name=name))
        made = self._make(name, self.config if config is None else config)
        try:
            if config is not None:
                made.pin()
            if snapshot is not None:
                made.restore(snapshot)
        except BaseException:
            self.drop(name)
            raise
        return made

    def drop(self, name: str) -> None:
        """Take a tenant away with everything of it.

        :raises NoSuchWorld: there is none of that name.
        :raises BadName: it is the default one.
        """
        if name == DEFAULT:
            raise BadName(_KEPT.format(name=name))
        self.world(name).close()
        tenants.drop(self._database, tenants.names(self._database)[name])
        del self._worlds[name]

    def trouble(self) -> Bilingual | None:
        """Why no message can be taken now: the database cannot be written, or what is due is not done; None: all is well."""
        try:
            # A transaction, since that is what connects again when PostgreSQL was away.
            with self._database.transaction():
                for statement in TRIAL:
                    self._database.script(statement)
            late = max((world.late() for world in self._worlds.values()), default=0.0)
        except self._database.error as error:
            return trouble(error) or _NO_DATABASE.format(why=type(error).__name__)
        return _LATE.format(seconds=late) if late > LATEST else None

    def close(self) -> None:
        """Stop; what was committed stays."""
        for world in self._worlds.values():
            world.close()
        self._worlds.clear()
        if self._openings is not None:
            self._openings.close()
        self._lookers.close()
        if self._seconding is not None:
            self._seconding.close()
        self._database.close()

    def _make(self, name: str, config: Config) -> World:
        with self._database.transaction():
            world = self._open(name, tenants.make(self._database, name), config)
        self._worlds[name] = world
        return world

    def _open(self, name: str, number: int, config: Config) -> World:
        return World(
            self._database,
            number,
            name,
            config,
            self._machine,
            self.trust,
            self._openings,
            self._lookers,
            self._seconding,
        )


def _seconding(opinion: SecondOpinion, machine: IReactorTime) -> Seconding:
    from h2018.workers.second_opinion import Seconding

    return Seconding(opinion, None if isinstance(machine, Clock) else machine)
