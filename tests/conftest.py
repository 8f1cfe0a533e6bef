"""How much Hypothesis tries, and what happens to a test whose outside program is missing.

``TEMPGOODS_PROFILE`` = fast (the default) · ci (the default where ``CI`` is set) · big.
``TEMPGOODS_REQUIRE_ALL=1``: a missing program fails its tests instead of leaving them out.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator
from functools import cached_property
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xmlschema.validators.xsdbase import XsdValidator

from tests import unclosed
from tests.browsers import browser
from tests.watchdog import MARK, Watchdog
from tools.outside import PROGRAMS, apt_line, missing, search_path, without

# Where the PATH of an ordinary user does not name the folders of services, what is there is found all the same.
os.environ["PATH"] = search_path(os.environ.get("PATH", os.defpath))

#: What tests start and ask is on this machine, whatever proxy the environment names; their subprocesses inherit it.
_HERE = ",".join(filter(None, (os.environ.get("NO_PROXY"), "127.0.0.1", "localhost", "::1")))
os.environ["NO_PROXY"] = os.environ["no_proxy"] = _HERE

__all__ = ["browser"]

unclosed.watch()

_NEEDED = {program.name: program for program in PROGRAMS}
_MISSING = frozenset(program.name for program in missing())
_LEFT_OUT = "left out for want of"

for _name, _examples, _repeatable in (("few", 5, False), ("fast", 25, False), ("ci", 100, True), ("big", 5000, False)):
    settings.register_profile(
        _name,
        max_examples=_examples,
        derandomize=_repeatable,
        deadline=None,  # a shared machine is slow at times; the bench watches speed
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile(os.environ.get("TEMPGOODS_PROFILE") or ("ci" if os.environ.get("CI") else "fast"))


def _readable_cached_properties(cls: type) -> Iterator[str]:
    """What xmlschema looks for on its classes, passing over names that stand in ``dir()`` but cannot be read.

    zope.interface, under Twisted, leaves such a name (``__provides__``) on the abstract base classes: without this,
    no schema could be built in a process that has run the simulator.
    """
    return (name for name in dir(cls) if isinstance(getattr(cls, name, None), cached_property))


XsdValidator._cached_properties = classmethod(_readable_cached_properties)  # type: ignore[assignment,method-assign]  # see above


_watchdog = pytest.StashKey[Watchdog]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Put the run under a watchdog, and all its temporary files into a folder that goes with it."""
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:  # as a shell starts what goes on in its background
            signal.signal(number, handler)
    if MARK not in os.environ:  # else this is a worker of a run, or a run within a test
        config.stash[_watchdog] = made = Watchdog(Path(tempfile.gettempdir()))
        os.environ.update(made.environment())
        tempfile.tempdir = None
    # Wherever a PC/SC service of this machine's own may be: no test meets it, nor a person's card in its readers.
    os.environ["PCSCLITE_CSOCK_NAME"] = f"{tempfile.mkdtemp(prefix='pcscd-')}/pcscd.comm"


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """Fail the run when a process of it is left, or when one listened where other machines could reach it."""
    yield
    watchdog = session.config.stash.get(_watchdog, None)
    if watchdog is None:
        return
    report = watchdog.ended()
    faults = [f"still running: {each}" for each in report["left"]]
    faults += [f"listened on all addresses of this machine: {each}" for each in report["reachable"]]
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if faults and terminal is not None:
        where = ("tests/watchdog.py", 0, "the whole run")
        told = pytest.TestReport("the whole run", where, {}, "failed", "\n".join(faults), "teardown")
        terminal.stats.setdefault("error", []).append(told)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out, or fail, a test that needs a program this machine does not have."""
    needed = {str(name) for mark in item.iter_markers("needs") for name in mark.args}
    if unknown := sorted(needed - set(_NEEDED)):
        pytest.fail(f"needs {', '.join(unknown)}: not in tools/outside.py", pytrace=False)
    lacking = sorted(needed & _MISSING)
    if not lacking:
        return
    reason = f"needs {', '.join(lacking)}: {apt_line(_NEEDED[name].package for name in lacking)}"
    if os.environ.get("TEMPGOODS_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason} (TEMPGOODS_REQUIRE_ALL=1)", pytrace=False)
    item.user_properties.extend((_LEFT_OUT, name) for name in lacking)
    pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly which groups of tests were left out, and how to run them."""
    tests_without = Counter(
        str(value)
        for report in terminalreporter.stats.get("skipped", [])
        for key, value in getattr(report, "user_properties", ())
        if key == _LEFT_OUT
    )
    if not tests_without:
        return
    terminalreporter.section("left out: outside programs are missing", sep="=", yellow=True, bold=True)
    for name, count in sorted(tests_without.items()):
        terminalreporter.line(f"{count:5} × {without(_NEEDED[name])}")
    terminalreporter.line("To run these too:  " + apt_line(_NEEDED[name].package for name in tests_without))
