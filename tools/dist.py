"""Make a release: ``make dist`` writes source archive, wheel and list of parts (CycloneDX JSON) to ``dist/``.

The same checkout always gives the same bytes.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from tools import sbom
from tools.lock import CARD, TEST

TOP = Path(__file__).resolve().parent.parent
DIST = TOP / "dist"


def main(arguments: Sequence[str]) -> int:
    """Make them, in the folder that is named or in ``dist``; 2 for misuse."""
    if len(arguments) > 1:
        print("usage: python -m tools.dist [FOLDER]")
        return 2
    for made in release(Path(arguments[0]) if arguments else DIST):
        print(f"{made}  sha256 {_digest(made)}")
    return 0


def release(folder: Path) -> tuple[Path, Path, Path]:
    """Write source archive, wheel (made from that archive) and list of parts to *folder*; what was made earlier goes."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    stem = f"{project['name'].replace('-', '_')}"
    for old in folder.glob(f"{stem}-*"):
        old.unlink()
    build = (sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder.absolute()), str(TOP))
    subprocess.run(build, cwd=TOP, stdout=subprocess.DEVNULL, check=True)
    (archive,), (wheel,) = folder.glob(f"{stem}-*.tar.gz"), folder.glob(f"{stem}-*.whl")
    parts = folder / f"{stem}-{project['version']}.cdx.json"
    locks = sbom.locked(TOP / each.path for each in (TEST, CARD))
    parts.write_text(sbom.written(project, locks, _digest(wheel)), "utf-8")
    return archive, wheel, parts


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as failure:
        sys.exit(failure.returncode)
