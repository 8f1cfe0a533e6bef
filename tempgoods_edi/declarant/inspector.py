"""The process that opens one uploaded file: bounds itself, reads the file from its input, says what is in it.

``python -m tempgoods_edi.declarant.inspector SECONDS BYTES`` — started by `inspecting`, once per file.  It imports as
little as it can, and a hostile file that takes it over has no more than this.
"""

from __future__ import annotations

import resource
import sys


def main() -> None:
    """Answer on stdout: 0 or 1 for *encrypted*, then the dangers, all with blanks between."""
    seconds, most = (int(each) for each in sys.argv[1:3])
    for limit, value in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, most),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    from tempgoods_edi.attachments import look_inside  # only now: what it loads is bounded too

    encrypted, dangers = look_inside(sys.stdin.buffer.read())
    sys.stdout.write(" ".join((str(int(encrypted)), *sorted(dangers))))


if __name__ == "__main__":
    main()
