"""A declarant's own program: what the API is asked for with a token, and a card's signature made without a browser."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
from lxml import html

from tempgoods_edi.declarant.actors import Actor
from tests.declarant import desk
from tests.web.stack import Stack, TestCard, eventually

PERMIT = Path(__file__).resolve().parents[2] / "fixtures" / "cases" / "machine-tool-show" / "展会批准文件.pdf"


class Program:
    """What speaks for the enterprise of a card; close it.

    :ivar client: its base address is ``/api/v1/``.
    """

    def __init__(self, stack: Stack, card: str = "wang") -> None:
        self.card = _card(stack.cards[card])
        with closing(stack.logged_in(card)) as browser:
            page = browser.post("/tokens", data={"name": "program"}).raise_for_status().text
        token = html.fromstring(page).get_element_by_id("new-token").text_content().strip()
        self.client = httpx.Client(
            base_url=f"{stack.url}/api/v1/", headers={"Authorization": f"Bearer {token}"}, timeout=30
        )

    def close(self) -> None:
        """Hang up."""
        self.client.close()

    def asked(self, method: str, path: str, **how: Any) -> Any:
        """The answer to a request that must succeed."""
        answer = self.client.request(method, path, **how)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:2000]}"
        return answer.json()

    def saved(self, document: Mapping[str, Any], kind: str = "exhibition") -> str:
        """A draft; its pre-entry number.  The same again, by its in-house number, is the same draft."""
        made = self.asked("POST", "declarations", json={"kind": kind, "document": document})
        return str(made["status"]["seq_no"])

    def attached(self, seq_no: str, file: Path = PERMIT, kind: str = "00000002") -> None:
        """A file goes with it."""
        sent = {"params": {"name": file.name, "type": kind}, "headers": {"Content-Type": "application/pdf"}}
        self.asked("POST", f"declarations/{seq_no}/documents", content=file.read_bytes(), **sent)

    def signed(self, prepared: Mapping[str, str]) -> dict[str, str]:
        """What the card says of a prepared package."""
        value = desk.signature(prepared["object_id"], prepared["package"], self.card)
        encoded = {"signature": value, "certificate": self.card.signer.certificate_der}
        signed = {name: b64encode(each).decode() for name, each in encoded.items()}
        return {"prepared": prepared["id"], "algorithm": self.card.signer.algorithm, **signed}

    def declared(self, seq_no: str) -> None:
        """The draft goes to customs."""
        prepared = self.asked("POST", f"declarations/{seq_no}/prepare")
        self.asked("POST", f"declarations/{seq_no}/declare", json=self.signed(prepared))

    def state(self, seq_no: str) -> str:
        """Where it stands."""
        return str(self.asked("GET", f"declarations/{seq_no}/status")["state"])

    def comes_to(self, seq_no: str, state: str, seconds: float = 60) -> None:
        """Wait until it is in *state*."""
        eventually(lambda: self.state(seq_no) == state, seconds, lambda: f"{seq_no} is {self.state(seq_no)}, not {state}")


def _card(card: TestCard) -> desk.Card:
    holder, signer = card.holder, card.signer
    actor = Actor(
        enterprise_no=holder.enterprise_code,
        enterprise_nm=holder.enterprise_name,
        sccd=holder.uscc,
        operator_nm=holder.operator_name,
        ic_card_no=holder.ic_card_no,
        certificate_serial=signer.key_name,
    )
    return desk.Card(actor, signer)
