"""What pages have in common: cookies, policies, templates; and that nobody has copies of them."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.card.local_only import HEADERS as CARD
from tempgoods_edi.card.local_only import content_policy
from tempgoods_edi.card.problems import BAD_REQUEST, CardError
from tempgoods_edi.card.rendering import page
from tempgoods_edi.pages.cookies import Cookie
from tempgoods_edi.pages.headers import ALWAYS, content_security_policy
from tempgoods_edi.pages.origin import from_same_origin
from tempgoods_edi.values import Bilingual

TOP = Path(__file__).resolve().parents[2]
VALUES = st.text(string.ascii_letters + string.digits + "-_.=~", min_size=1, max_size=200)


@given(VALUES, VALUES)
def test_a_cookie_is_read_as_it_was_set(value: str, other: str) -> None:
    """Whatever other cookies come with it; one that is dropped is empty."""
    cookie = Cookie(name="ours", seconds=60)
    said = cookie.header(value).partition(";")[0]
    assert cookie.read(f"theirs={other}; {said}; yours={other}") == value
    assert cookie.dropped.startswith("ours=;")
    assert "Max-Age=0" in cookie.dropped


@pytest.mark.parametrize("value", ["a b", 'a"b', "a;b", "a,b", "a\\b", "a\r\nSet-Cookie: x=1", "上"])
def test_what_a_cookie_cannot_hold_is_refused(value: str) -> None:
    """Nothing ends it early, and nothing begins another header."""
    with pytest.raises(ValueError, match="cookie"):
        Cookie(name="ours").header(value)


def test_a_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    """However it is set; over HTTPS only where it says so."""
    for cookie in (Cookie(name="a"), Cookie(name="a", same_site="Strict", seconds=1, secure=True)):
        for line in (cookie.header("b"), cookie.dropped):
            assert "; HttpOnly; SameSite=" in line
            assert line.endswith("; Secure") == cookie.secure


@pytest.mark.parametrize("directive", ["object-src", "base-uri", "frame-ancestors"])
def test_a_policy_never_allows_frames_plugins_or_another_base(directive: str) -> None:
    """Not even one that says so."""
    policy = content_security_policy(**{directive.replace("-", "_"): "https://evil.example"})
    assert f"{directive} 'none'" in policy
    assert "evil" not in policy


def test_what_is_not_allowed_is_not() -> None:
    """The policy of the card control runs no script, and its forms lead nowhere but back."""
    policy = dict(each.split(" ", 1) for each in content_policy("https://portal.example").split("; "))
    assert policy["default-src"] == "'none'"
    assert "script-src" not in policy
    assert policy["form-action"] == "'self' https://portal.example"
    assert dict(CARD) == {**CARD, **ALWAYS}


@pytest.mark.parametrize("origin", ["http://[", "https://other.example", "null", "", "http://portal.example:81"])
def test_another_origin_is_none_of_ours(origin: str) -> None:
    """Nor one that no browser would say."""
    assert not from_same_origin({"origin": origin, "host": "portal.example"}, "http://portal.example")
    assert not from_same_origin({"origin": origin, "host": "portal.example"})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_template_shows_is_escaped_and_seen(lang: str) -> None:
    """Markup in values is text, what is invisible is shown, texts are in the reader's language, halves of a pair harmless."""
    said = Bilingual("<坏>\u202e", "<evil>\u202e")
    html = _problem(lang, said)
    shown = "&lt;坏&gt;[U+202E]" if lang == "zh" else "&lt;evil&gt;[U+202E]"
    assert shown in html
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in html


def _problem(lang: str, said: Bilingual) -> str:
    error = CardError(BAD_REQUEST, reason=said)
    return bytes(page("trouble.html", "zh" if lang == "zh" else "en", error=error).body).decode()


@pytest.mark.parametrize(
    ("sign", "home"),
    [
        ("Environment(", "tempgoods_edi/pages/templates.py"),
        ("X-Frame-Options", "tempgoods_edi/pages/headers.py"),
        ("frame-ancestors", "tempgoods_edi/pages/headers.py"),
        ("HttpOnly", "tempgoods_edi/pages/cookies.py"),
        (".set_cookie(", None),
        ('"sec-fetch-site"', "tempgoods_edi/pages/origin.py"),
        ('"zh-CN"', "tempgoods_edi/pages/language.py"),
    ],
)
def test_each_part_has_one_home(sign: str, home: str | None) -> None:
    """No module of the card control, the console or the portal has its own again."""
    found = [
        str(path.relative_to(TOP))
        for folder in ("tempgoods_edi", "simulator/h2018")
        for path in (TOP / folder).rglob("*.py")
        if sign in path.read_text("utf-8")
    ]
    assert found == ([] if home is None else [home])
