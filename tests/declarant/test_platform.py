"""The platform's key: made once, read again, never an enterprise's."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread

import pytest

from tempgoods_edi.declarant import platform
from tempgoods_edi.declarant.platform import PlatformKeyError
from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing.key_pairs import KeyPair
from tests.declarant.gateway.channels import authority
from tests.h2018.tenant import FIXTURES, OWNER


def make() -> KeyPair:
    """A new key of the fixtures' CA."""
    return platform.issue(authority(), serial=0x7002)


def test_a_key_is_made_once_and_for_nobody_elses_eyes(tmp_path: Path) -> None:
    """The second time it is read; the file is the owner's alone, also with a password."""
    path = tmp_path / "data" / "platform.p12"
    first = platform.read_or_make(path, "secret", make)
    assert platform.read_or_make(path, "secret", make).certificate_der == first.certificate_der
    assert path.stat().st_mode & 0o077 == 0
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    with pytest.raises(KeySourceError):
        platform.read_signer(path, "wrong")


def test_two_processes_end_with_one_key(tmp_path: Path) -> None:
    """Both make one; the first to name the file wins, and both sign with that."""
    path, together, found = tmp_path / "platform.p12", Barrier(2), list[bytes]()

    def come(name: str) -> None:
        def make_together() -> KeyPair:
            made = make()
            together.wait(10)
            return made

        (tmp_path / name).mkdir()
        found.append(platform.read_or_make(path, None, make_together).certificate_der)

    threads = [Thread(target=come, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert found[0] == found[1] == platform.read_signer(path, None).certificate_der


def test_a_key_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With the path, and what to do."""
    with pytest.raises(PlatformKeyError, match=r"none\.p12"):
        platform.read_signer(tmp_path / "none.p12", None)


def test_the_card_of_an_enterprise_is_no_platform_key() -> None:
    """No server holds an enterprise's key."""
    password = (FIXTURES / "keys" / "password.txt").read_text("utf-8").strip()
    with pytest.raises(PlatformKeyError, match=OWNER):
        platform.read_signer(FIXTURES / "keys" / f"{OWNER}.p12", password)


def test_ids_have_the_form_of_parties() -> None:
    """Sixteen letters and digits each."""
    assert all(len(party) == 16 and party.isalnum() for party in (platform.SENDER_ID, platform.RECEIVER_ID))
    assert platform.SENDER_ID.startswith("DXPENT")
