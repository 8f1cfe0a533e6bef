"""The same servers that misbehave, before everybody who speaks with customs: each tells the same, and none waits for ever."""

from __future__ import annotations

import re
import socket
from datetime import datetime
from pathlib import Path

import pytest

from h2018.client import NotUnderstood, Throttled, Unavailable, Unreachable
from h2018.transports import tls as simulated
from tempgoods_edi.customs_channel.failures import ChannelError, Failing
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.http_client.certificates import Tls
from tempgoods_edi.numbers import CHINA_TIME
from tests.customs_channel.doors import DOORS, ERRORS, WHOLE
from tests.http_client.servers import serving, speaking_tls, whole

every_door = pytest.mark.parametrize("door", DOORS)
#: What a port of http says to a client that begins TLS.
NO_HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def told(door: str, url: str, tls: Tls | None = None) -> TempgoodsError:
    """The error that this door raises: in both languages, and with the address."""
    with pytest.raises(ERRORS) as raised:
        DOORS[door].ask(url, tls)
    assert re.search("[\u4e00-\u9fff]", raised.value.text.zh)
    assert not re.search("[\u4e00-\u9fff]", raised.value.text.en)
    return raised.value


def kind(error: TempgoodsError) -> Failing | type[TempgoodsError]:
    """What kind of failure a door says it is."""
    return error.kind if isinstance(error, ChannelError) else type(error)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CA for TLS, with a server's and a client's key and certificate."""
    folder = tmp_path_factory.mktemp("tls")
    simulated.demonstration(folder, datetime.now(CHINA_TIME))
    return folder


@every_door
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.usefixtures("proxied")
def test_this_machine_is_asked_directly(door: str, host: str) -> None:
    """Though a proxy is set that does not answer; a right answer is one."""
    with serving(DOORS[door].right) as (port, heard):
        DOORS[door].ask(f"http://{host}:{port}", None)
    assert len(heard) == 1


@every_door
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_port_where_nobody_listens_refuses(door: str, scheme: str) -> None:
    """It is not said to have taken too long."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        error = told(door, f"{scheme}://127.0.0.1:{closed.getsockname()[1]}")
    assert ("refused" in error.text.en, "timed out" in error.text.en) == (True, False)


@every_door
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_fails_is_named(proxied: str, door: str, scheme: str) -> None:
    """Without its password, with where it comes from and how to do without it; nobody is said to have heard anything."""
    text = told(door, f"{scheme}://customs.example").text
    assert proxied in text.zh
    assert proxied in text.en
    assert "secret" not in text.zh + text.en
    assert "NO_PROXY" in text.en
    assert "may have arrived" not in text.en


@every_door
@pytest.mark.parametrize("where", ["head", "body"])
def test_a_server_that_drips_holds_nobody(door: str, where: str) -> None:
    """A byte every while, each in time, and right in the end: given up at the deadline of the whole exchange."""
    head = DOORS[door].head + (b"X-Pad: " + b"x" * 100 + b"\r\n" if where == "head" else b"")
    with serving(whole(head, DOORS[door].body + b" " * 100), drip=0.05) as (port, _):
        error = told(door, f"http://127.0.0.1:{port}")
    assert f"{WHOLE:g} s" in error.text.en
    assert kind(error) in (Failing.SLOW, Unreachable) or door.startswith("submit")


@every_door
def test_a_server_that_is_silent_holds_nobody(door: str) -> None:
    """Taken, and no word: it may have arrived."""
    with serving(b"x" * 100, drip=60) as (port, _):
        error = told(door, f"http://127.0.0.1:{port}")
    assert "0.3 s" in error.text.en
    assert ("may have arrived" in error.text.en) == (door == "submit")


@every_door
@pytest.mark.parametrize(
    ("said", "gone"),
    [
        (b"", True),
        (b"HTTP/1.1 200 OK\r\nContent-Ty", False),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 999\r\n\r\n<Common", False),
        (b"SSH-2.0-OpenSSH_9.2\r\n", False),
        (b"220 mail ESMTP ready\r\n", False),
        (b"\x00\xff\x1f\x8b garbage\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b", False),
        (b"HTTP/1.1 302 Found\r\nLocation: http://b:c@elsewhere.example/\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n<html", False),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 4\r\n\r\n<a/>", False),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]", False),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n" + b"[" * 9000, False),
    ],
    ids=[
        "hangs up", "half a head", "half a body", "ssh", "mail", "garbage", "huge", "compressed", "redirects",
        "another page", "another message", "no mark", "deep",
    ],
)  # fmt: skip
def test_what_is_no_answer_is_never_taken_for_one(door: str, said: bytes, gone: bool) -> None:
    """Hung up on, cut off, of another protocol, without end, compressed, from elsewhere, another page, another message."""
    with serving(said) as (port, heard):
        error = told(door, f"http://127.0.0.1:{port}")
    assert f"127.0.0.1:{port}" in error.text.en or isinstance(error, NotUnderstood)
    if door.startswith("client"):
        assert type(error) is (Unreachable if gone else NotUnderstood)
    elif door.startswith("gateway"):
        assert kind(error) is (Failing.GONE if gone else Failing.GARBLED)
    else:
        assert ("may have arrived" in error.text.en) == (door == "submit")
    assert sum(b" HTTP/1.1" in each for each in heard) == 1


@every_door
def test_a_redirection_is_told_and_not_followed(door: str) -> None:
    """Nothing is sent to the other address; whoever set it up sees which it is, without its password."""
    with serving(DOORS[door].right) as (other, heard):
        head = b"Location: http://anna:secret@127.0.0.1:%s/v1\r\n" % other.encode()
        with serving(whole(head, b"", b"307 Temporary Redirect")) as (port, _):
            error = told(door, f"http://127.0.0.1:{port}")
    assert heard == []
    assert f"http://127.0.0.1:{other}/v1" in error.text.en
    assert "secret" not in error.text.en


@every_door
@pytest.mark.parametrize("status", [b"429 Too Many Requests", b"503 Service Unavailable"])
def test_retry_after_is_heard(door: str, status: bytes) -> None:
    """In seconds, and customs' own words with it; the one who waits for receipts anyhow comes again then."""
    body = '{"error": {"zh": "请稍候", "en": "please wait"}}'.encode()
    with serving(whole(b"Content-Type: application/json\r\nRetry-After: 7\r\n", body, status)) as (port, _):
        url = f"http://127.0.0.1:{port}"
        if door == "submit --wait":
            assert getattr(DOORS[door].ask(url, None), "wait", None) == 7
            return
        error = told(door, url)
    assert "please wait" in error.text.en
    assert "请稍候" in error.text.zh
    if isinstance(error, Unavailable | ChannelError):
        assert error.retry_after == 7
        assert isinstance(error, Throttled) == (status[:3] == b"429" and door.startswith("client"))
    else:
        assert "7 seconds" in error.text.en


@every_door
def test_a_fault_of_theirs_is_told_as_one(door: str) -> None:
    """A page of a web server that is broken: no answer of customs, whatever was sent may have arrived."""
    with serving(whole(b"Content-Type: text/html\r\n", b"<h1>Bad gateway", b"502 Bad Gateway")) as (port, _):
        error = told(door, f"http://127.0.0.1:{port}")
    assert "502" in error.text.en
    assert isinstance(error, Unavailable) or kind(error) is Failing.BROKEN or door.startswith("submit")


@every_door
def test_https_to_a_port_of_http_is_told(door: str) -> None:
    """With the address to write."""
    with serving(NO_HTTP) as (port, _):
        text = told(door, f"https://127.0.0.1:{port}").text
    assert f"http://127.0.0.1:{port}" in text.en
    assert "speaks http, not https" in text.en
    assert "使用 http，不是 https" in text.zh


@every_door
def test_http_to_a_port_of_https_is_told(door: str, keys: Path) -> None:
    """The same the other way round; nobody is told that a message may have arrived."""
    with serving(DOORS[door].right, tls=speaking_tls(keys / simulated.SERVER)) as (port, _):
        text = told(door, f"http://127.0.0.1:{port}").text
    assert f"https://127.0.0.1:{port}" in text.en
    assert "speaks https, not http" in text.en
    assert "使用 https，不是 http" in text.zh
    assert "may have arrived" not in text.en


@every_door
def test_a_server_is_believed_by_its_ca_and_only_by_it(door: str, keys: Path) -> None:
    """With the CA it is asked; without, nothing is sent, and what to name is told; under another name it is none."""
    with serving(DOORS[door].right, tls=speaking_tls(keys / simulated.SERVER)) as (port, heard):
        DOORS[door].ask(f"https://localhost:{port}", Tls(ca=keys / simulated.CA))
        assert len(heard) == 1
        error = told(door, f"https://localhost:{port}")
        assert "certificate is not trusted" in error.text.en
        assert "不信任服务器的证书" in error.text.zh
        assert "may have arrived" not in error.text.en
        mistaken = told(door, f"https://127.0.0.2:{port}", Tls(ca=keys / simulated.CA))
        assert "127.0.0.2" in mistaken.text.en
    assert len(heard) == 1


@every_door
def test_a_client_certificate_is_shown_where_one_is_wanted(door: str, keys: Path, tmp_path: Path) -> None:
    """With one of the right CA served; without, or with a stranger's, that is told, and nobody has heard anything."""
    simulated.demonstration(tmp_path, datetime.now(CHINA_TIME))
    ca = keys / simulated.CA
    with serving(DOORS[door].right, tls=speaking_tls(keys / simulated.SERVER, ca)) as (port, heard):
        url = f"https://localhost:{port}"
        DOORS[door].ask(url, Tls(ca=ca, certificate=keys / simulated.CLIENT))
        assert len(heard) == 1
        assert "wants a client's certificate" in told(door, url, Tls(ca=ca)).text.en
        stranger = told(door, url, Tls(ca=ca, certificate=tmp_path / simulated.CLIENT))
        assert "does not take the client's certificate" in stranger.text.en
        assert "may have arrived" not in stranger.text.en
    assert len(heard) == 1


@every_door
@pytest.mark.parametrize("of_ca", [True, False])
def test_a_file_for_tls_that_cannot_be_used_is_named(door: str, of_ca: bool, keys: Path, tmp_path: Path) -> None:
    """Not there, or nothing in it: told before anything is sent."""
    (tmp_path / "empty").write_bytes(b"")
    with serving(DOORS[door].right, tls=speaking_tls(keys / simulated.SERVER)) as (port, heard):
        for name in ("missing", "empty"):
            file = tmp_path / name
            error = told(door, f"https://localhost:{port}", Tls(ca=file) if of_ca else Tls(certificate=file))
            assert str(file) in error.text.en
    assert heard == []


@every_door
def test_user_and_password_of_an_address_are_told_to_nobody(door: str) -> None:
    """Not in an error either."""
    with serving(b"") as (port, _):
        error = told(door, f"http://anna:secret@127.0.0.1:{port}")
    assert "secret" not in error.text.zh + error.text.en
    assert "secret" not in str(error.__cause__)


@pytest.mark.parametrize("mark", ["1" + "0" * 30, "-1", "9223372036854775808", "1_0", "²", "x", ""])
@pytest.mark.parametrize("door", [each for each in DOORS if DOORS[each].body == b"[]"])
def test_a_mark_that_is_none_is_not_believed(door: str, mark: str) -> None:
    """Whatever a server counts with: no mark moves, and nothing is concluded."""
    head = b"Content-Type: application/json\r\nX-High-Water-Mark: %s\r\n" % mark.encode("utf-8")
    with serving(whole(head, b"[]")) as (port, _):
        told(door, f"http://127.0.0.1:{port}")
