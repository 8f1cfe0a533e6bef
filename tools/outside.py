"""The programs outside Python that some tests use as independent judges, and who packs them.

One table for two readers: `tools.setup`, which installs what is missing, and the tests' gate,
which leaves out (or, when all are required, fails) the tests that need a missing one.
Standard library only: it is read before anything is installed.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterable
from ctypes.util import find_library
from pathlib import Path
from typing import Literal, NamedTuple

#: Where Debian keeps the programs of services; the PATH of an ordinary user does not name them.
_SERVICES = ("/usr/local/sbin", "/usr/sbin", "/sbin")
#: What apt knows of the packages that there are; empty on a new system.
_LISTS = Path("/var/lib/apt/lists")


def search_path(path: str) -> str:
    """*path*, a list of folders as in PATH, and after them those of services that it lacks.

    >>> search_path("/usr/bin:/usr/sbin")
    '/usr/bin:/usr/sbin:/usr/local/sbin:/sbin'
    """
    folders = [folder for folder in path.split(os.pathsep) if folder]
    return os.pathsep.join([*folders, *(folder for folder in _SERVICES if folder not in folders)])


class Program(NamedTuple):
    """An outside program, under the name that ``@pytest.mark.needs(name)`` uses.

    :ivar commands: all of them must be on the PATH, or among the services.
    :ivar package: the Debian package that brings them.
    :ivar tests: what is not tested without it, in words.
    :ivar libraries: shared libraries that must be there, named as for the linker.
    :ivar files: files that must be there.
    :ivar one_of: patterns of files of which one must be there, whoever packs it.
    """

    name: str
    commands: tuple[str, ...]
    package: str
    tests: str
    libraries: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()

    def lacks(self) -> list[str]:
        """What of it this machine does not have: commands, libraries, files."""
        path = search_path(os.environ.get("PATH", os.defpath))
        is_one_there = not self.one_of or any(next(Path("/").glob(pattern), None) for pattern in self.one_of)
        return [
            *(command for command in self.commands if not shutil.which(command, path=path)),
            *(f"lib{library}" for library in self.libraries if not find_library(library)),
            *(file for file in self.files if not Path(file).exists()),
            *(() if is_one_there else (f"/{self.one_of[0]}",)),
        ]


#: The headless build of Debian's Chromium, which takes a third of the time: Playwright drives it where it lies.
CHROMIUM = "/usr/bin/chromium-headless-shell"

_CHINESE_FONTS = ("usr/share/fonts/**/wqy-*.tt?", "usr/share/fonts/**/*CJK*.tt?", "usr/share/fonts/**/*CJK*.otf")
_PYTHON = "python{}.{}".format(*sys.version_info)
_PYTHON_HEADER = f"{sysconfig.get_paths()['include']}/Python.h"

PROGRAMS = (
    Program("git", ("git",), "git", "which files belong to the project"),
    Program("xmllint", ("xmllint",), "libxml2-utils", "schemas and messages judged by xmllint"),
    Program("xmlsec1", ("xmlsec1",), "xmlsec1", "signatures judged and made by xmlsec1"),
    Program("jdk", ("javac", "java"), "default-jdk-headless", "schemas and signatures judged by the JDK"),
    Program("pdftotext", ("pdftotext", "pdftoppm"), "poppler-utils", "PDF documents read back"),
    Program("openssl", ("openssl",), "openssl", "keys, certificates and revocation lists judged by openssl"),
    Program("curl", ("curl",), "curl", "the HTTP ways in and out driven by curl"),
    Program("chromium", ("chromium-headless-shell",), "chromium-headless-shell", "the pages used and judged in a real browser"),
    # Without one Chinese letters are boxes, and what is measured of a page is not what people see.
    Program("chinese-font", (), "fonts-wqy-microhei", "the pages used and judged in a real browser", one_of=_CHINESE_FONTS),
    Program("zbar", ("zbarimg",), "zbar-tools", "bar codes of print-outs read back"),
    # The node program in Playwright's wheel is linked with it; a bare Debian has it not.
    Program("playwright", (), "libatomic1", "the browser driven by Playwright", ("atomic",)),
    Program("postgres", ("pg_ctlcluster", "setpriv"), "postgresql", "the simulator's store in PostgreSQL"),
    # The PC/SC service with a driver whose readers are sockets: its cards are programs.
    Program("pcscd", ("pcscd", "vpcd-config"), "vsmartcard-vpcd", "the virtual IC card in a reader of the real PC/SC service"),
    # pyscard comes as source: it is compiled, against these headers, when the tests' environment is made.
    Program("compiler", ("gcc",), "gcc", "IC cards over PC/SC (pyscard is compiled)"),
    Program("python-headers", (), f"{_PYTHON}-dev", "IC cards over PC/SC (pyscard is compiled)", files=(_PYTHON_HEADER,)),
    Program("pcsc-headers", (), "libpcsclite-dev", "IC cards over PC/SC (pyscard is compiled)", files=("/usr/include/PCSC/winscard.h",)),
    Program("opensc", ("opensc-tool", "pkcs11-tool"), "opensc", "the virtual IC card recognised and used by OpenSC"),
    Program("yubico-piv-tool", ("yubico-piv-tool",), "yubico-piv-tool", "the virtual IC card read by yubico-piv-tool"),
    Program("ssh", ("ssh", "sftp"), "openssh-client", "the SFTP ways in and out driven by OpenSSH"),
)


#: Without these pyscard cannot be compiled.
COMPILING = ("compiler", "python-headers", "pcsc-headers")


def missing(programs: Iterable[Program] = PROGRAMS) -> list[Program]:
    """Those of *programs* that this machine does not have."""
    return [program for program in programs if program.lacks()]


def without(program: Program) -> str:
    """What is not tested for want of *program*, and what exactly is wanting."""
    return f"{program.tests}  (no {', '.join(program.lacks()) or program.name}; package {program.package})"


#: How somebody comes to install packages: being root, by sudo, by root's password, not by apt.
Way = Literal["root", "sudo", "su", "other"]


def way() -> Way:
    """How it goes on this machine, for who runs this."""
    if not shutil.which("apt-get"):
        return "other"
    if os.geteuid() == 0:
        return "root"
    return "sudo" if shutil.which("sudo") else "su"


def apt_line(packages: Iterable[str], by: Way | None = None, *, lists: bool | None = None) -> str:
    """The command a person types to get *packages*.

    :param by: how it goes; None: as on this machine.
    :param lists: True when apt has its lists of packages; None: as on this machine.

    >>> apt_line(["xmlsec1", "curl", "curl"], "sudo", lists=True)
    'sudo apt-get install --no-install-recommends curl xmlsec1'
    >>> apt_line(["curl"], "sudo", lists=False)
    'sudo apt-get update && sudo apt-get install --no-install-recommends curl'
    >>> apt_line(["curl"], "su", lists=False)
    "su - -c 'apt-get update && apt-get install --no-install-recommends curl'"
    >>> apt_line(["curl", "xmlsec1"], "other")
    'install what Debian packs as: curl xmlsec1'
    """
    by = by or way()
    if lists is None:
        lists = any(_LISTS.glob("*_Packages*"))
    named = " ".join(sorted(set(packages)))
    if by == "other":
        return f"install what Debian packs as: {named}"
    as_root = "sudo " if by == "sudo" else ""
    commands = ([] if lists else ["update"]) + [f"install --no-install-recommends {named}"]
    line = " && ".join(f"{as_root}apt-get {command}" for command in commands)
    # As log-in: without it root keeps a user's PATH, in which apt misses programs of its own.
    return f"su - -c '{line}'" if by == "su" else line
