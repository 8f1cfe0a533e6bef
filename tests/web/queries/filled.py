"""A portal with something in it: declarations of two enterprises in every state, receipts and what was sent."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from tempgoods_edi.declarant import kinds, receiving
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.filing import Filing
from tempgoods_edi.declarant.receiving import Received
from tempgoods_edi.declarant.store import Store, outgoing
from tempgoods_edi.declarant.stored import Stored
from tempgoods_edi.values import Bilingual
from tests.declarant import desk
from tests.web.portal import Portal, signer
from tests.web.stack import HOLDERS

#: What a text field may hold to do harm on a page, in a header or in a sheet.
HOSTILE = "<script>alert('1')</script>\"><img src=x onerror=alert(2)>&amp;{{7*7}}"
FORMULA = '=HYPERLINK("http://evil.example","open")'


class Filled(Struct):
    """What tests do to a portal's store, as the gateway and the operators of both enterprises would."""

    portal: Portal

    @property
    def store(self) -> Store:
        """The store."""
        found: Store = self.portal.app.state.context.store
        return found

    @property
    def filing(self) -> Filing:
        """The services."""
        found: Filing = self.portal.app.state.context.filing
        return found

    def actor(self, card: str = "wang") -> Actor:
        """Who holds *card*."""
        holder = HOLDERS[card]
        return Actor(
            enterprise_no=holder.enterprise_code,
            enterprise_nm=holder.enterprise_name,
            sccd=holder.uscc,
            operator_nm=holder.operator_name,
            ic_card_no=holder.ic_card_no,
            certificate_serial=signer(card).key_name,
        )

    def saved(self, code: str = "tmp101", card: str = "wang", **head: str | None) -> Stored:
        """A draft."""
        kind = kinds.by_code(code.upper())
        assert kind is not None
        return self.filing.save(self.actor(card), kind, desk.tree(code, **head))

    def declared(self, seq_no: str, card: str = "wang") -> Stored:
        """The draft, declared."""
        actor, own = self.actor(card), signer(card)
        prepared = self.filing.prepare(actor, seq_no)
        value = desk.signature(prepared.object_id, prepared.package, desk.Card(actor, own))
        return self.filing.declare(actor, seq_no, prepared.id, own.algorithm, value, own.certificate_der)

    def handed_over(self) -> None:
        """The gateway hands over what is due."""
        for message in desk.due(self.store, self.portal.now, 100):
            outgoing.sending(self.store, message.id, self.portal.now)
            outgoing.sent(self.store, message.id, None, self.portal.now)

    def not_handed_over(self, why: Bilingual) -> None:
        """The gateway gives up."""
        for message in desk.due(self.store, self.portal.now, 100):
            outgoing.sending(self.store, message.id, self.portal.now)
            outgoing.failed(self.store, message.id, why, self.portal.now)

    def told(self, seq_no: str, result: str, **said: Any) -> Received:
        """Customs' receipt comes in."""
        data = desk.receipt(seq_no, result, self.portal.now, **said)
        return receiving.receive(self.store, data, None, self.portal.now)

    def sent(self, code: str = "tmp101", card: str = "wang", **head: str | None) -> str:
        """A declaration that customs have."""
        seq_no = self.declared(self.saved(code, card, **head).seq_no, card).seq_no
        self.handed_over()
        return seq_no

    def rejected(self, *notes: str, code: str = "tmp101", card: str = "wang", **head: str | None) -> str:
        """One that customs gave back."""
        seq_no = self.sent(code, card, **head)
        self.told(seq_no, "3", notes=notes, code=code)
        return seq_no

    def approved(
        self, code: str = "tmp101", number: str = "ZH222826000001", card: str = "wang", **head: str | None
    ) -> str:
        """One that customs approved."""
        seq_no = self.sent(code, card, **head)
        self.told(seq_no, "Y", code=code)
        self.portal.later(minutes=1)
        self.told(seq_no, "1", business_id=number, code=code)
        return seq_no
