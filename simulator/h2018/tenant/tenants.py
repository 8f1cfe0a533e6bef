"""All tenants of one server, without its ways in and out: one database with isolated tenants.

>>> from twisted.internet.task import Clock
>>> customs = Customs(Config(clock="manual"), Clock())
>>> customs.names(), customs.tenant().store.receipts()
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
from h2018.tenant.tenant import NoSuchReceipt, Tenant
from h2018.workers.per_tenant import worker_pool
from h2018.workers.preparation import PreparationThreads
from tempgoods_edi.databases import TRIAL, trouble
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.values import Bilingual

if TYPE_CHECKING:
    from h2018.workers.second_opinion import SecondOpinionThread
    from tempgoods_edi.second_opinion import SecondOpinion

__all__ = ["DEFAULT", "BadName", "BadSetting", "Customs", "NameTaken", "NoSuchReceipt", "NoSuchTenant", "Tenant"]

#: The tenant that is always there.
DEFAULT = "default"

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_NO_TENANT = Bilingual("没有租户“{name}”", "there is no tenant “{name}”")
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


class NoSuchTenant(TempgoodsError):
    """There is no tenant with that name."""


class NameTaken(TempgoodsError):
    """A tenant with that name exists already."""


class BadName(TempgoodsError):
    """A name that no tenant can have, or the default tenant's where that is not allowed."""


class Customs:
    """All tenants of one server.  Everything is synchronous, in one thread at a time.

    :param config: how new tenants are set up, and where the database is.
    :param machine: the reactor, or a `task.Clock`.
    :param trust: CAs and revocation lists that declarants' certificates are judged by; None leaves signed messages undecided.
    :param opinion: other engines to be asked too; where *config* says so and this is None, they are started.
    :raises DatabaseError: the database cannot be used.
    :raises MissingExtra: the other engines are not there.
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
        self._second_opinion = None if opinion is None else _second_opinion(opinion, machine)
        # A test with a clock of its own has everything done at once.
        self._preparation = None if isinstance(machine, Clock) else PreparationThreads(machine)
        self._pool = worker_pool(None if isinstance(machine, Clock) else machine)
        self._database = Database(config.database)
        schema.bring_up_to_date(self._database)
        self._tenants: dict[str, Tenant] = {}
        for number in tenants.left_over(self._database):
            self._pool.in_background(tenants.discarding(self._database, number))
        for name, number in tenants.names(self._database).items():
            self._tenants[name] = self._open(name, number, config)
        if DEFAULT not in self._tenants:
            self._make(DEFAULT, config)

    def tenant(self, name: str = DEFAULT) -> Tenant:
        """The tenant with that name; raises `NoSuchTenant`."""
        try:
            return self._tenants[name]
        except KeyError:
            raise NoSuchTenant(_NO_TENANT.format(name=name)) from None

    def names(self) -> tuple[str, ...]:
        """The names of the tenants, in the order in which they were created."""
        return tuple(self._tenants)

    def create(self, name: str, config: Config | None = None, snapshot: bytes | None = None) -> Tenant:
        """Create a tenant, empty or from *snapshot*.

        :param config: how it is set up; None is as the server is.
        :raises BadName: no tenant can be called so.
        :raises NameTaken: one is.
        :raises BadSnapshot: *snapshot* is none.
        """
        if _NAME.fullmatch(name) is None:
            raise BadName(_BAD_NAME.format(name=name[:100]))
        if name in self._tenants:
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
        """Delete a tenant with everything in it.

        :raises NoSuchTenant: there is none of that name.
        :raises BadName: it is the default one.
        """
        if name == DEFAULT:
            raise BadName(_KEPT.format(name=name))
        dropped = self.tenant(name)
        dropped.close()
        with self._database.transaction():
            tenants.hide(self._database, dropped.store.number)
        del self._tenants[name]
        self._pool.in_background(tenants.discarding(self._database, dropped.store.number))

    def trouble(self) -> Bilingual | None:
        """The reason why no message can be taken now: database not writable, or timers overdue; None when all is well."""
        try:
            # A transaction, since that is what connects again when PostgreSQL was away.
            with self._database.transaction():
                for statement in TRIAL:
                    self._database.script(statement)
            late = max((tenant.late() for tenant in self._tenants.values()), default=0.0)
        except self._database.error as error:
            return trouble(error) or _NO_DATABASE.format(why=type(error).__name__)
        return _LATE.format(seconds=late) if late > LATEST else None

    def close(self) -> None:
        """Close every tenant and the database; committed data stays."""
        for tenant in self._tenants.values():
            tenant.close()
        self._tenants.clear()
        if self._preparation is not None:
            self._preparation.close()
        self._pool.close()
        if self._second_opinion is not None:
            self._second_opinion.close()
        self._database.close()

    def _make(self, name: str, config: Config) -> Tenant:
        with self._database.transaction():
            tenant = self._open(name, tenants.create_tenant(self._database, name), config)
        self._tenants[name] = tenant
        return tenant

    def _open(self, name: str, number: int, config: Config) -> Tenant:
        return Tenant(
            self._database,
            number,
            name,
            config,
            self._machine,
            self.trust,
            self._preparation,
            self._pool,
            self._second_opinion,
        )


def _second_opinion(opinion: SecondOpinion, machine: IReactorTime) -> SecondOpinionThread:
    from h2018.workers.second_opinion import SecondOpinionThread

    return SecondOpinionThread(opinion, None if isinstance(machine, Clock) else machine)
