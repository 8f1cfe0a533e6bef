"""The context of a running portal: its settings, and the services that its pages call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from msgspec import Struct

from tempgoods_edi.signing.policy import SignaturePolicy, policy_of

if TYPE_CHECKING:
    from fastapi import Request

    from tempgoods_edi.declarant.customs_queries import CustomsQueries
    from tempgoods_edi.declarant.filing import Filing
    from tempgoods_edi.declarant.store import Store
    from tempgoods_edi.signing.certificates import Trust
    from tempgoods_edi.values import Bilingual
    from tempgoods_edi.web.shell.live import Live

#: Largest body of a request, in bytes: five thousand goods lines as JSON, or a PDF of 4 MB, with room to spare.
LARGEST_BODY = 12 * 1024 * 1024
#: Requests served at once, unless the operator says otherwise.
CONCURRENCY = 400


class PortalSettings(Struct, frozen=True, kw_only=True):
    """The settings of one portal.

    :ivar database: path of an SQLite file, or URL (`declarant.store`).
    :ivar trust: files of the CAs that cards' certificates are issued by.
    :ivar crls: files of their revocation lists.
    :ivar profile: which signatures of cards are taken, as `policy_of` names them; ``sm2-sm3`` takes SM2 cards too.
    :ivar origin: how browsers address the portal, such as ``https://portal.example``; None: as it listens.
    :ivar hosts: further names by which it may be addressed (``name`` or ``name:port``).
    :ivar agent: HTTP address of the card agent on the declarant's own machine.
    :ivar console: address of the simulated customs' officers' desk, linked for demonstrations; None: no link.
    :ivar printing: print-outs are offered.
    :ivar platform_key: PKCS#12 file of the key that signs questions to customs; None: none can be asked.
    :ivar platform_password: its password.
    :ivar logins_by_address: tries to log in from one address within five minutes.
    :ivar logins_by_card: log-ins with one card within five minutes.
    :ivar concurrency: requests served at once; more are told to come again.
    :ivar customs_clock: business time follows the clock of customs that the gateway keeps (demonstrations only).
    """

    database: str
    trust: tuple[Path, ...] = ()
    crls: tuple[Path, ...] = ()
    profile: Literal["standard", "legacy", "sm2-sm3"] = "standard"
    host: str = "127.0.0.1"
    port: int = 8020
    origin: str | None = None
    hosts: tuple[str, ...] = ()
    agent: str = "http://127.0.0.1:61232"
    console: str | None = None
    printing: bool = True
    platform_key: Path | None = None
    platform_password: str = ""
    logins_by_address: int = 30
    logins_by_card: int = 20
    concurrency: int = CONCURRENCY
    customs_clock: bool = False

    @property
    def signatures(self) -> SignaturePolicy:
        """The policy for signatures of cards."""
        return policy_of(self.profile)

    @property
    def address(self) -> str:
        """Scheme, host and port as browsers use them, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.origin or f"http://{host}:{self.port}").rstrip("/")

    @property
    def secure(self) -> bool:
        """True when browsers use HTTPS: cookies are then for HTTPS only."""
        return urlsplit(self.address).scheme == "https"

    @property
    def agent_socket(self) -> str:
        """WebSocket address of the card agent."""
        return "ws" + self.agent.removeprefix("http")

    def answers_to(self, host: str) -> bool:
        """True when *host* (the header) is a name of this portal; any other is DNS rebinding or a mistake."""
        return host.lower() in {urlsplit(self.address).netloc.lower(), *(each.lower() for each in self.hosts)}


class Context(Struct, kw_only=True):
    """The services of a running portal; `context` finds it from a request.

    :ivar now: business time, aware.
    :ivar machine_now: the machine's own time, aware: for sessions and log-ins, which the card agent measures too.
    :ivar seconds: a clock that nobody sets, for limits that live as long as the process.
    :ivar token: so many random bytes.
    :ivar customs_queries: questions to customs; None without the platform's key.
    :ivar trouble: what is wrong with the channel to customs, for people; None when all is well.
    :ivar stopping: True once the server has been told to end; live connections then end too.
    """

    settings: PortalSettings
    now: Callable[[], datetime]
    machine_now: Callable[[], datetime]
    seconds: Callable[[], float]
    token: Callable[[int], bytes]
    store: Store
    filing: Filing
    customs_queries: CustomsQueries | None
    trust: Trust
    live: Live
    trouble: Callable[[], Bilingual | None]
    stopping: Callable[[], bool] = lambda: False


def context(request: Request) -> Context:
    """The services of the portal that *request* came to."""
    found: Context = request.app.state.context
    return found
