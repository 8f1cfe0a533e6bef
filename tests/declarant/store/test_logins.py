"""Sessions, challenges, limits and tokens: what ends, what is used up, what a copy of the database gives away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import text

from tempgoods_edi.declarant.store import challenges, limits, sessions, settings, tokens
from tests.declarant.desk import Desk, chance

TOKEN = chance()


def test_a_session_ends_when_idle_or_old(at: Desk) -> None:
    """Half an hour without a page, or twelve hours with them; looking whether it is alive does not lengthen it."""
    secret, csrf = sessions.open(at.store, at.ours.actor, at.clock(), TOKEN)
    found = sessions.find(at.store, secret, at.clock())
    assert found is not None
    assert (found.actor, found.csrf, found.lang) == (at.ours.actor, csrf, "zh")
    for _ in range(2):
        at.clock.forward(minutes=20)
        assert sessions.alive(at.store, secret, at.clock()) is (_ == 0)
    assert sessions.find(at.store, secret, at.clock()) is None
    secret, _csrf = sessions.open(at.store, at.ours.actor, at.clock(), TOKEN)
    for _ in range(26):
        at.clock.forward(minutes=27)
        assert sessions.find(at.store, secret, at.clock()) is not None
    at.clock.forward(minutes=27)
    assert sessions.find(at.store, secret, at.clock()) is None


def test_logging_out_ends_it_on_the_server(at: Desk) -> None:
    """Here; where else the card is logged in, and another card's sessions, stay."""
    mine, also, theirs = (
        sessions.open(at.store, actor, at.clock(), TOKEN)[0]
        for actor in (at.ours.actor, at.ours.actor, at.theirs.actor)
    )
    sessions.close(at.store, mine)
    assert sessions.find(at.store, mine, at.clock()) is None
    assert sessions.find(at.store, also, at.clock()) is not None
    assert sessions.find(at.store, theirs, at.clock()) is not None


def test_no_secret_is_in_the_database(at: Desk) -> None:
    """Neither a cookie's nor a token's nor a browser's: a copy of it opens nothing."""
    secret, _ = sessions.open(at.store, at.ours.actor, at.clock(), TOKEN)
    plain = tokens.make_token(at.store, at.ours.actor, "ERP", at.clock(), TOKEN)
    challenges.issue(at.store, "text", "browser-secret", at.clock(), TOKEN)
    with at.store.reading() as connection:
        kept = "".join(
            str(list(row))
            for table in ("sessions", "tokens", "challenges")
            for row in connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 - constants
        )
    assert not [word for word in (secret, plain, "browser-secret") if word in kept]


def test_a_challenge_is_taken_once_by_its_browser_in_time(at: Desk) -> None:
    """Many at once: one gets it.  Another browser, a second time, or after two minutes: none."""
    given = challenges.issue(at.store, "text", "b", at.clock(), TOKEN)
    with ThreadPoolExecutor(4) as together:
        taken = list(together.map(lambda _: challenges.take(at.store, given, "b", at.clock()), range(4)))
    assert sorted(taken, key=str) == [None, None, None, "text"]
    given = challenges.issue(at.store, "text", "b", at.clock(), TOKEN)
    assert challenges.take(at.store, given, "other", at.clock()) is None
    given = challenges.issue(at.store, "text", "b", at.clock(), TOKEN)
    assert challenges.take(at.store, given, "b", at.clock() + timedelta(minutes=2, seconds=1)) is None


def test_tries_are_counted_across_restarts(at: Desk) -> None:
    """So many within the window, for each key by itself; then again once it is over."""
    window = timedelta(minutes=5)

    def strike(key: str = "127.0.0.1") -> bool:
        return limits.strike(at.store, key, at.clock(), 3, window) == 0

    assert [strike() for _ in range(5)] == [True, True, True, False, False]
    assert strike("other")
    at.clock.forward(minutes=5, seconds=1)
    assert strike()
    assert [strike() for _ in range(3)] == [True, True, False]


def test_a_token_acts_for_its_enterprise_until_it_is_revoked(at: Desk) -> None:
    """It is listed without itself; only its own enterprise can revoke it."""
    plain = tokens.make_token(at.store, at.ours.actor, "ERP", at.clock(), TOKEN)
    assert tokens.find(at.store, plain, at.clock()) == at.ours.actor
    assert tokens.find(at.store, plain + "x", at.clock()) is None
    (listed,) = tokens.of_enterprise(at.store, at.ours.actor.enterprise_no)
    assert (listed.name, listed.used_at) == ("ERP", at.clock())
    assert tokens.of_enterprise(at.store, at.theirs.actor.enterprise_no) == ()
    assert not tokens.revoke(at.store, at.theirs.actor.enterprise_no, listed.id, at.clock())
    assert tokens.find(at.store, plain, at.clock()) is not None
    assert tokens.revoke(at.store, at.ours.actor.enterprise_no, listed.id, at.clock())
    assert tokens.find(at.store, plain, at.clock()) is None


def test_settings_are_kept(at: Desk) -> None:
    """By name, the last one put."""
    kept = settings.Settings(at.store)
    assert kept.get("customs clock") is None
    for value in ("a", "b"):
        kept.put("customs clock", value)
    assert settings.get(at.store, "customs clock") == kept.get("customs clock") == "b"
