"""Coverage-guided fuzzing of what reads foreign bytes: ``python -m tests.fuzz.guided check -max_total_time=900``.

What follows the target goes to libFuzzer.  An exception, a verdict that is undecided, or a text that takes longer than
``-timeout`` stops it and leaves the text behind.  Needs atheris, which only this environment has.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=["tempgoods_edi", "h2018.setup_files", "h2018.steering", "h2018.faults", "tomllib"],
    exclude=["tempgoods_edi.testing", "tempgoods_edi.records"],
):
    from h2018.faults import plan_file
    from h2018.steering import scenario_file
    from tempgoods_edi.bounded import Unfit, read_toml
    from tempgoods_edi.desk import check
    from tempgoods_edi.drafting import with_rules
    from tempgoods_edi.envelope.archive import unpack
    from tempgoods_edi.interchange import json_form, sheet
    from tempgoods_edi.rules import Facts
    from tempgoods_edi.schema import reader
    from tempgoods_edi.schema.spec import GroupSpec
    from tempgoods_edi.testing import sample
    from tempgoods_edi.values import Verdict

FIXTURES = Path(__file__).parents[2] / "fixtures"
FIELD_OF_GOODS = "ExhibitList"
#: Longest text that is tried (bytes): what is about size is tried elsewhere.
LONGEST = 60_000


def _check(data: bytes) -> None:
    facts, policy = Facts(today=sample.policy().now.date()), sample.policy()
    assert check(data, facts, policy).verdict is not Verdict.UNDECIDED


def _archive(data: bytes) -> None:
    unpack(data, LONGEST)


def _sheet(data: bytes) -> None:
    goods = reader.message("TMP101").root.at(FIELD_OF_GOODS)
    assert isinstance(goods, GroupSpec)
    sheet.read_sheet(goods, "list", data)


def _toml(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    scenario_file.load(text)
    plan_file.load(text)
    with suppress(Unfit):
        read_toml(data)


def _json(data: bytes) -> None:
    found = json_form.read(data, {})
    if found.spec is not None and found.document is not None:
        facts = Facts(today=sample.policy().now.date())
        with_rules(found.spec, found.document, facts, found.findings, declared=found.declared)
    scenario_file.load_json(data)


TARGETS: Mapping[str, tuple[Callable[[bytes], None], tuple[str, ...]]] = {
    "check": (_check, ("**/*.xml",)),
    "archive": (_archive, ("**/*.zip",)),
    "sheet": (_sheet, ("**/*.xlsx", "**/*.csv")),
    "toml": (_toml, ("**/*.toml",)),
    "json": (_json, ("valid/*.json", "cases/*/*.json")),
}


def _seeds(patterns: tuple[str, ...]) -> Iterator[bytes]:
    for pattern in patterns:
        yield from (data for path in sorted(FIXTURES.glob(pattern)) if len(data := path.read_bytes()) <= LONGEST)
    if "**/*.csv" in patterns:
        yield "商品编码,品名,数量,单位,单价,币制\n8479501000,机器人,2,台,\"38,600.00\",EUR\n".encode()


def main() -> None:
    """The command line."""
    target, *rest = sys.argv[1:]
    run, patterns = TARGETS[target]
    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(_seeds(patterns)):
            (Path(corpus) / str(number)).write_bytes(data)
        sample.policy()  # what is imported and built once is no text's fault
        atheris.Setup([sys.argv[0], f"-max_len={LONGEST}", "-timeout=60", "-rss_limit_mb=1500", *rest, corpus], run)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
