"""The catalogue of signature problems, and the promise that the package loads quickly."""

from __future__ import annotations

import subprocess
import sys

from tempgoods_edi.signing import PROBLEMS, certificate_problems, signature_problems
from tempgoods_edi.values import Problem


def test_ids_are_numbered_without_gaps() -> None:
    """Ids run from TG-SIG-001 upwards, one per problem."""
    assert [p.id for p in PROBLEMS] == [f"TG-SIG-{n:03d}" for n in range(1, len(PROBLEMS) + 1)]


def test_every_problem_is_in_the_catalogue() -> None:
    """No problem of the modules is left out of PROBLEMS."""
    declared = [*vars(signature_problems).values(), *vars(certificate_problems).values()]
    assert {p.id for p in declared if isinstance(p, Problem)} == {p.id for p in PROBLEMS}


def test_texts_are_complete() -> None:
    """Both languages name the same parameters, and none is empty."""
    for problem in PROBLEMS:
        assert problem.text.zh
        assert problem.text.en
        assert problem.fix.zh
        assert problem.fix.en
        assert ("{value}" in problem.text.zh) == ("{value}" in problem.text.en)


def test_import_is_light() -> None:
    """Importing the package loads nothing of `cryptography`: looking at an unsigned file must stay quick."""
    script = (
        "import sys, datetime as d\n"
        "from tempgoods_edi.signing import SignaturePolicy, unsigned\n"
        "unsigned('1', b'<Package></Package>')\n"
        "print(sorted(m for m in sys.modules if m.startswith('cryptography')))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
