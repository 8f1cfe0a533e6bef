"""A million mutants of every fixture, on demand: ``python -m tests.fuzz.mutants --count 500000 --seed 1``.

Says how many there were of each kind and how many of them libxml2 accepted; stops at the first on which the readers
do not agree.  ``--branches`` measures which branches of the recogniser and of `verify` were reached, on fewer.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path
from random import Random

import coverage

from tempgoods_edi.desk import Checked
from tests.properties.mutating import Disagreement, judged, judged_whole, mutant, packages, signed_again, whole

WATCHED = ("tempgoods_edi/recogniser.py", "tempgoods_edi/signing/verify.py")


def run(count: int, seed: int, report: Path | None) -> Counter[str]:
    """Judge *count* mutants; how many there were of each kind, and what was said of them."""
    random, kept = Random(seed), Counter[str]()
    contents, fixtures = packages(), whole()
    begin = time.monotonic()
    for number in range(1, count + 1):
        if number % 10 == 0:
            kept["whole"] += 1
            _whole(random, fixtures, kept)
        else:
            spec, data = random.choice(contents)
            kind, changed = mutant(data, random)
            kept[kind] += 1
            said = judged(spec, changed)
            kept["accepted by libxml2"] += said.valid
            kept["recognised"] += said.recognised
        if number % 20_000 == 0 or number == count:
            _tell(number, kept, seed, time.monotonic() - begin, report)
    return kept


def _whole(random: Random, fixtures: tuple[bytes, ...], kept: Counter[str]) -> None:
    """A whole message damaged after it was signed, or before."""
    if random.randrange(4):
        checked = judged_whole(mutant(random.choice(fixtures), random)[1])
    else:
        spec, data = random.choice(packages())
        inner = mutant(data, random)[1]
        checked = judged_whole(signed_again(inner) if spec.direction == "out" else inner, True)
    kept[f"whole: {checked.verdict.value}"] += 1
    kept["accepted by libxml2"] += _accepted(checked)


def _accepted(checked: Checked) -> bool:
    return checked.message is not None


def _tell(number: int, kept: Counter[str], seed: int, seconds: float, report: Path | None) -> None:
    line = json.dumps({"seed": seed, "mutants": number, "seconds": round(seconds), **kept}, ensure_ascii=False)
    print(line, flush=True)
    if report is not None:
        with report.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def branches(count: int, seed: int) -> dict[str, list[str]]:
    """The branches of the watched modules that *count* mutants do not reach."""
    measured = coverage.Coverage(branch=True, include=[f"*/{each}" for each in WATCHED], data_file=None)
    measured.start()
    try:
        run(count, seed, None)
    finally:
        measured.stop()
    missed = {}
    for file in measured.get_data().measured_files():
        analysis = measured._analyze(file)  # the public answers know lines, not branches
        arcs = analysis.missing_branch_arcs()
        missed[Path(file).name] = [f"{line} → {', '.join(map(str, to))}" for line, to in sorted(arcs.items())]
    return missed


def main() -> None:
    """The command line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=1_000_000)
    asked.add_argument("--seed", type=int, default=20270301)
    asked.add_argument("--report", type=Path)
    asked.add_argument("--branches", action="store_true")
    given = asked.parse_args()
    try:
        if given.branches:
            print(json.dumps(branches(given.count, given.seed), ensure_ascii=False, indent=1))
        else:
            run(given.count, given.seed, given.report)
    except Disagreement as error:
        raise SystemExit(f"DISAGREEMENT: {error}") from error


if __name__ == "__main__":
    main()
