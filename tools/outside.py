"""The programs outside Python that some tests use as independent judges, and who packs them.

One table for two readers: `tools.setup`, which installs what is missing, and the tests' gate,
which leaves out (or, when all are required, fails) the tests that need a missing one.
Standard library only: it is read before anything is installed.
"""

from __future__ import annotations

import os
import shutil
import sysconfig
from collections.abc import Iterable
from ctypes.util import find_library
from typing import NamedTuple


class Program(NamedTuple):
    """An outside program, under the name that ``@pytest.mark.needs(name)`` uses.

    :ivar commands: all of them must be on the PATH.
    :ivar package: the Debian package that brings them.
    :ivar tests: what is not tested without it, in words.
    :ivar libraries: shared libraries that must be there, named as for the linker.
    :ivar files: files that must be there.
    """

    name: str
    commands: tuple[str, ...]
    package: str
    tests: str
    libraries: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def present(self) -> bool:
        """True when every command is on the PATH, every library is known and every file is there."""
        there = all(map(shutil.which, self.commands)) and all(map(find_library, self.libraries))
        return there and all(map(os.path.exists, self.files))


#: Debian's browser: Playwright drives it where it lies and never downloads one of its own.
CHROMIUM = "/usr/bin/chromium"

_PYTHON_HEADER = f"{sysconfig.get_paths()['include']}/Python.h"

PROGRAMS = (
    Program("git", ("git",), "git", "which files belong to the project"),
    Program("xmllint", ("xmllint",), "libxml2-utils", "schemas and messages judged by xmllint"),
    Program("xmlsec1", ("xmlsec1",), "xmlsec1", "signatures judged and made by xmlsec1"),
    Program("jdk", ("javac", "java"), "default-jdk-headless", "schemas and signatures judged by the JDK"),
    Program("pdftotext", ("pdftotext", "pdftoppm"), "poppler-utils", "PDF documents read back"),
    Program("openssl", ("openssl",), "openssl", "keys, certificates and revocation lists judged by openssl"),
    Program("curl", ("curl",), "curl", "the HTTP ways in and out driven by curl"),
    Program("chromium", ("chromium",), "chromium", "the pages used and judged in a real browser"),
    Program("zbar", ("zbarimg",), "zbar-tools", "bar codes of print-outs read back"),
    # The node program in Playwright's wheel is linked with it; a bare Debian has it not.
    Program("playwright", (), "libatomic1", "the browser driven by Playwright", ("atomic",)),
    Program("postgres", ("pg_ctlcluster", "setpriv"), "postgresql", "the simulator's store in PostgreSQL"),
    # The PC/SC service with a driver whose readers are sockets: its cards are programs.
    Program("pcscd", ("pcscd", "vpcd-config"), "vsmartcard-vpcd", "the virtual IC card in a reader of the real PC/SC service"),
    # pyscard comes as source: it is compiled, against these headers, when the tests' environment is made.
    Program("compiler", ("gcc",), "gcc", "IC cards over PC/SC (pyscard is compiled)"),
    Program("python-headers", (), "python3-dev", "IC cards over PC/SC (pyscard is compiled)", files=(_PYTHON_HEADER,)),
    Program("pcsc-headers", (), "libpcsclite-dev", "IC cards over PC/SC", files=("/usr/include/PCSC/winscard.h",)),
    Program("opensc", ("opensc-tool", "pkcs11-tool"), "opensc", "the virtual IC card recognised and used by OpenSC"),
    Program("yubico-piv-tool", ("yubico-piv-tool",), "yubico-piv-tool", "the virtual IC card read by yubico-piv-tool"),
    Program("ssh", ("ssh", "sftp"), "openssh-client", "the SFTP ways in and out driven by OpenSSH"),
)


def missing(programs: Iterable[Program] = PROGRAMS) -> list[Program]:
    """Those of *programs* that this machine does not have."""
    return [program for program in programs if not program.present()]


def apt_line(packages: Iterable[str]) -> str:
    """The command a person types to get *packages*.

    >>> apt_line(["xmlsec1", "curl", "curl"])
    'sudo apt-get install curl xmlsec1'
    """
    return "sudo apt-get install " + " ".join(sorted(set(packages)))
