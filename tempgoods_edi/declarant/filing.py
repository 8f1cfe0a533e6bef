"""The service behind the portal's forms and queries: one method per button or page.

Every method takes the actor first, and knows of no declaration but those of the actor's enterprise: whatever else is
asked for by number is `NotFound`, in the same words as what does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant import (
    changing,
    completing,
    declaring,
    differences,
    documents,
    history,
    inspecting,
    presigned,
    reasons,
    saving,
    start_page,
)
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.declaring import Prepared
from tempgoods_edi.declarant.dependencies import Dependencies, Inspect
from tempgoods_edi.declarant.differences import Difference
from tempgoods_edi.declarant.history import History
from tempgoods_edi.declarant.kinds import Kind
from tempgoods_edi.declarant.reasons import Reason
from tempgoods_edi.declarant.start_page import StartPage
from tempgoods_edi.declarant.store import Store, audit, listing, outgoing, people
from tempgoods_edi.declarant.store.audit import Changed
from tempgoods_edi.declarant.store.listing import DeclarationPage, Search
from tempgoods_edi.declarant.store.people import DeclarantPerson
from tempgoods_edi.declarant.stored import Stored
from tempgoods_edi.drafting import Assessed
from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.signing.policy import SignaturePolicy


class Filing:
    """The service behind the portal's forms and queries.

    :param now: business time, aware.
    :param token: so many random bytes.
    :param trust: the CAs whose cards may declare; None believes nobody's card.
    :param inspect: judges files that are to go with a declaration.
    """

    __slots__ = ("_deps",)

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        token: Callable[[int], bytes],
        trust: Trust | None = None,
        *,
        signature: SignaturePolicy | None = None,
        inspect: Inspect = inspecting.inspect,
    ) -> None:
        self._deps = Dependencies(
            store=store,
            now=now,
            token=token,
            trust=trust or Trust(),
            signature=signature or SignaturePolicy(),
            inspect=inspect,
        )

    # 新增, 暂存, 删除

    def new(self, actor: Actor, kind: Kind) -> Tree:
        """Begin a new document; see `completing.prefilled`."""
        return completing.prefilled(actor, kind, self._deps.today())

    def complete(self, actor: Actor, kind: Kind, tree: Tree, base: Tree | None = None) -> Tree:
        """*tree* with its automatic fields overwritten and its lines numbered.

        :param base: the declaration as it is kept now (`Stored.tree`); None for a new one.
        """
        return saving.complete(self._deps, actor, kind, tree, base)

    def judge(self, actor: Actor, kind: Kind, tree: Tree, *, declared: bool, seq_no: str | None = None) -> Assessed:
        """Judge *tree*: the findings about it, as far as this portal knows the facts."""
        return saving.judge(self._deps, actor, kind, tree, declared=declared, seq_no=seq_no)

    def save(
        self, actor: Actor, kind: Kind, tree: Tree, *, seq_no: str | None = None, revision: int | None = None
    ) -> Stored:
        """Save a draft (暂存); see `saving.save`."""
        return saving.save(self._deps, actor, kind, tree, seq_no=seq_no, revision=revision)

    def get(self, actor: Actor, seq_no: str) -> Stored:
        """The declaration *seq_no*; raises `NotFound`."""
        return saving.get(self._deps, actor, seq_no)

    def delete(self, actor: Actor, seq_no: str) -> None:
        """Delete a draft (删除); raises `NotAllowed` once customs approved the declaration."""
        saving.discard(self._deps, actor, seq_no)

    # 申报

    def prepare(self, actor: Actor, seq_no: str) -> Prepared:
        """Prepare the package that the card is to sign; see `declaring.prepare`."""
        return declaring.prepare(self._deps, actor, seq_no)

    def declare(
        self,
        actor: Actor,
        seq_no: str,
        prepared_id: str,
        algorithm: str,
        signature: bytes,
        certificate_der: bytes,
    ) -> Stored:
        """Declare the prepared package with the card's signature; see `declaring.declare`."""
        return declaring.declare(self._deps, actor, seq_no, prepared_id, algorithm, signature, certificate_der)

    def declare_signed(self, actor: Actor, data: bytes) -> Stored:
        """Declare a whole message, or a ZIP of one with its files, that was signed elsewhere.

        It bears the pre-entry number of a draft, which saving gives.  The same bytes again change nothing.
        """
        return presigned.declare_signed(self._deps, actor, data)

    # 变更, 备案删除

    def change(self, actor: Actor, seq_no: str) -> Stored:
        """Begin a change (变更): a new draft version, copied from the version in force."""
        return changing.change(self._deps, actor, seq_no)

    def apply_deletion(self, actor: Actor, seq_no: str, reason: str) -> Stored:
        """Begin a deletion (备案删除); raises `NotAllowed`, with the reason, when the exhibition is in use."""
        return changing.apply_deletion(self._deps, actor, seq_no, reason)

    def withdraw(self, actor: Actor, seq_no: str) -> Stored:
        """Withdraw a change or deletion that was begun; only the version in force remains."""
        return changing.withdraw(self._deps, actor, seq_no)

    def before_after(self, stored: Stored) -> tuple[Difference, ...]:
        """The differences between the version in work and the version in force."""
        return differences.before_after(stored)

    # 随附单证

    def attach(self, actor: Actor, seq_no: str, name: str, doc_type: str, data: bytes) -> Stored:
        """Attach a file to the declaration; raises `Refused` for a file that customs would not take."""
        return documents.attach(self._deps, actor, seq_no, name, doc_type, data)

    def detach(self, actor: Actor, seq_no: str, doc_seq_no: int) -> Stored:
        """Remove an attached file; see `documents.detach`."""
        return documents.detach(self._deps, actor, seq_no, doc_seq_no)

    def attachment(self, actor: Actor, seq_no: str, doc_seq_no: int) -> tuple[str, bytes]:
        """Name and content of an attached file."""
        return documents.attachment(self._deps, actor, seq_no, doc_seq_no)

    # 综合查询, start page, history

    def find(self, actor: Actor, search: Search) -> DeclarationPage:
        """Search the enterprise's declarations by conditions; gives one page."""
        with self._deps.store.reading() as connection:
            return listing.find_page(connection, actor.enterprise_no, search)

    def start_page(self, actor: Actor) -> StartPage:
        """The start page of the declarant: waiting declarations and deadlines that run out soon."""
        return start_page.start_page(self._deps, actor)

    def history(self, actor: Actor, seq_no: str) -> History:
        """The history of a declaration: versions, receipts, audit log and messages; of deleted drafts too."""
        return history.history(self._deps, actor, seq_no)

    def receipt(self, actor: Actor, seq_no: str, id: int) -> bytes:
        """The bytes of a receipt about the declaration, as received."""
        return history.receipt(self._deps, actor, seq_no, id)

    def message(self, actor: Actor, seq_no: str, id: int) -> bytes:
        """The bytes of a message about the declaration, as sent."""
        return history.message(self._deps, actor, seq_no, id)

    def reasons(self, stored: Stored) -> tuple[Reason, ...]:
        """The reasons why customs returned the declaration, or why sending failed, each with its field."""
        with self._deps.store.reading() as connection:
            return reasons.reasons(stored, outgoing.of_declaration(connection, stored.seq_no))

    # 报关员

    def declarants(self, actor: Actor) -> tuple[DeclarantPerson, ...]:
        """The list of the enterprise's declarants."""
        with self._deps.store.reading() as connection:
            return people.all_of(connection, actor.enterprise_no)

    def add_declarant(self, actor: Actor, person: DeclarantPerson) -> None:
        """Add a declarant to the list, or change the name of one; see `people.add`."""
        with self._deps.store.writing() as connection:
            people.add(connection, actor.enterprise_no, person)

    def remove_declarant(self, actor: Actor, no: str) -> None:
        """Remove the declarant *no* from the list."""
        with self._deps.store.writing() as connection:
            people.remove(connection, actor.enterprise_no, no)

    # What changed

    def changes(self, enterprise_no: str, after: int) -> tuple[tuple[Changed, ...], int]:
        """The declarations of an enterprise that changed since *after*, and the position to ask from next time."""
        return audit.changes(self._deps.store, enterprise_no, after)

    def latest(self, enterprise_no: str) -> int:
        """The position from which to begin asking for `changes`."""
        return audit.changes(self._deps.store, enterprise_no, -1)[1]
