"""A page of another site cannot act through the browser of whoever runs the simulator; a token keeps others out."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from h2018 import app
from h2018.client.errors import ClientError
from h2018.config import Config
from h2018.http import admission
from tempgoods_edi.errors import TempgoodsError
from tests.h2018.http.web import CONFIG, Answered, Web, serving

TOKEN = "a-token-of-a-test-0123456789"
#: One address behind each door, and how it is asked for; none of them changes what the next test sees.
DOORS = (
    ("POST", "/control/reset"),
    ("GET", "/control"),
    ("GET", "/console/"),
    ("POST", "/console/t/default/tenants/create"),
    ("POST", "/v1/messages"),
    ("GET", "/v1/receipts?recipient=R1"),
    ("PUT", "/v1/callbacks/c"),
    ("GET", "/metrics"),
    ("GET", "/openapi.json"),
    ("GET", "/nowhere"),
)
CHANGES = tuple(each for each in DOORS if each[0] != "GET")
#: What the browser says of a page that is not ours, whichever of the two headers it sends.
FOREIGN: tuple[dict[str, str], ...] = (
    {"Origin": "http://evil.example"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "null"},
    {"Origin": "file://"},
    {"Origin": ""},
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
    {"Sec_Fetch_Site": "something new"},
    {"Origin": "http://localhost.evil.example", "Sec_Fetch_Site": "same-origin"},
)


def _asked(web: Web, method: str, path: str, headers: dict[str, str]) -> Answered:
    given: dict[str, Any] = {**headers}
    return web.ask(method, path, **given)


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    """A server that a name was given to."""
    with serving(CONFIG, hosts=("customs.test",)) as made:
        yield made


@pytest.mark.parametrize(("method", "path"), DOORS)
@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8018", "localhost.evil.example", "127.0.0.1.nip.io", "localhost@evil.example", "[evil]",
     "", "customs.test.evil.example", "8.8.8.8", "localhost:8018:80", "localhost, evil.example"],
)  # fmt: skip
def test_no_door_answers_to_a_name_that_is_not_ours(web: Web, method: str, path: str, host: str) -> None:
    """A page whose name was made to resolve to this machine gets nothing, read or write, from any address."""
    assert web.ask(method, path, host=host).code == 421


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1:8018", "127.3.2.1", "[::1]:8018", "customs.test", "Customs.Test.:80"]
)
def test_names_of_this_machine_and_given_ones_are_answered(web: Web, host: str) -> None:
    """Loopback under every name, and names given with the configuration, with or without port."""
    assert web.ask("GET", "/control", host=host).code == 200


def test_two_names_are_none(web: Web) -> None:
    """Two Host headers, of which proxies and we might each believe another, are refused."""
    assert web.ask("GET", "/control", Host="localhost", host="localhost").code in (400, 421)


@pytest.mark.parametrize(("door", "foreign"), list(product(CHANGES, FOREIGN)))
def test_another_sites_page_changes_nothing(web: Web, door: tuple[str, str], foreign: dict[str, str]) -> None:
    """Origin is looked at with and without Sec-Fetch-Site; "same-site" and words of tomorrow are not ours."""
    assert _asked(web, *door, foreign).code == 403


@pytest.mark.parametrize(
    "ours",
    [{}, {"Origin": "http://localhost"}, {"Origin": "http://localhost", "Sec_Fetch_Site": "same-origin"},
     {"Sec_Fetch_Site": "none"}, {"Origin": "https://localhost"}],
)  # fmt: skip
def test_programs_and_our_own_pages_pass(web: Web, ours: dict[str, str]) -> None:
    """What sends neither header is a program; a page of ours names us as its origin."""
    assert _asked(web, "POST", "/control/reset", ours).code not in (401, 403, 421)


def test_links_from_elsewhere_may_lead_here(web: Web) -> None:
    """Reading changes nothing, and no other site's page can see what was read."""
    found = web.ask("GET", "/control", Sec_Fetch_Site="cross-site", Origin="http://evil.example")
    assert found.code == 200
    assert "access-control-allow-origin" not in found.headers


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A server with a token."""
    path = tmp_path_factory.mktemp("token") / "token"
    path.write_text(TOKEN + "\n", "ascii")
    with serving(CONFIG, token_file=path) as made:
        yield made


def _basic(password: str) -> str:
    return "Basic " + b64encode(f"anybody:{password}".encode()).decode()


def test_control_console_and_push_targets_need_the_token(locked: Web) -> None:
    """Without it, or with another, they answer 401 and a browser asks; messages and receipts go on as before."""
    for method, path in (*DOORS, ("GET", "/t/default/control"), ("GET", "/v1/callbacks")):
        guarded = path.startswith(("/control", "/console", "/v1/callbacks", "/t/"))
        for wrong in ({}, {"Authorization": "Bearer " + TOKEN[:-1]}, {"Authorization": _basic("x")},
                      {"Authorization": "Basic ?"}, {"Authorization": TOKEN}):  # fmt: skip
            found = _asked(locked, method, path, wrong)
            assert (found.code == 401) is guarded, (method, path, wrong)
            assert found.headers.get("www-authenticate", "").startswith("Basic") is guarded
        for right in ("Bearer " + TOKEN, _basic(TOKEN)):
            assert locked.ask(method, path, Authorization=right).code != 401
    assert locked.ask("GET", "/control/clock").code == 200


def test_every_route_of_control_console_and_push_asks_for_it(web: Web) -> None:
    """None of the table's addresses is forgotten: the OpenAPI document tells 401 for each of them."""
    paths = web.ask("GET", "/openapi.json").json["paths"]
    guarded = [path for path in paths if path.startswith(("/control", "/console", "/v1/callbacks"))]
    assert len(guarded) > 30
    for path in guarded:
        for method, told in paths[path].items():
            if method in ("get", "post", "put", "delete") and (method, path) != ("get", "/control/clock"):
                assert "401" in told["responses"], (method, path)


def test_the_client_carries_the_token_and_never_shows_it(tmp_path: Path) -> None:
    """`connect(url, token=…)` may control; its text does not have the token, and without it control is refused."""
    from h2018.client.customs import connect
    from h2018.client.wire import HttpWire

    path = tmp_path / "token"
    path.write_text(TOKEN, "ascii")
    with app.running(Config(port=0, token_file=path, any_signer=True)) as url:
        with connect(url, token=TOKEN) as customs:
            customs.control.reset()
        with connect(url) as customs, pytest.raises(ClientError):
            customs.control.reset()
    assert TOKEN not in repr(HttpWire("http://x", token=TOKEN))
    assert TOKEN not in repr(admission.admission("127.0.0.1", (), TOKEN))


@pytest.mark.parametrize("text", [b"", b"short", b"two words of a token 0123", b"a" * 300, "令牌令牌令牌令牌令牌令牌令牌".encode()])
def test_a_token_that_cannot_be_one_is_told_at_the_start(text: bytes) -> None:
    """Too short, too long, blanks or letters that no header carries: told with the file's name, and never shown."""
    with pytest.raises(TempgoodsError, match=r"token\.txt") as told:
        admission.read_token(text, "token.txt")
    assert not text or text.decode() not in str(told.value)
