"""An archive from outside: bounded before it is unfolded, each fault by name, names as people wrote them."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.envelope.archive import MAX_FILES, MAX_UNFOLDED_BYTES, pack, unpack

MESSAGE = (Path(__file__).parent.parent / "fixtures" / "valid" / "tmp101-full.xml").read_bytes()
MOST = 4 * 1024 * 1024
MIB = 1024 * 1024


def made(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of a message and *files*."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("message.xml", MESSAGE, zipfile.ZIP_DEFLATED)
        for name, data in files.items():
            archive.writestr(name, data, method)
    return out.getvalue()


def named(name: bytes, extra: bytes = b"") -> bytes:
    """A ZIP of a message and a paper whose name is these bytes, as programs of Windows write it: without a word on them."""
    paper, at = b"%PDF-1.7", 0
    out, directory = b"", b""
    for each, data, more in ((b"message.xml", MESSAGE, b""), (name, paper, extra)):
        head = struct.pack("<HHHHHLLLHH", 20, 0, 0, 0, 33, zlib.crc32(data), len(data), len(data), len(each), len(more))
        directory += b"PK\1\2\x14\0" + head + struct.pack("<HHHLL", 0, 0, 0, 0, at) + each + more
        out += b"PK\3\4" + head + each + more + data
        at = len(out)
    return out + directory + struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 2, 2, len(directory), len(out), 0)


def edited(change: Callable[[bytearray, int], None], files: dict[str, bytes]) -> bytes:
    """A ZIP with *change* made to the list of contents, at the entry of its last member."""
    data = bytearray(made(files))
    change(data, data.rindex(b"PK\1\2"))
    return bytes(data)


def encrypted(data: bytearray, at: int) -> None:
    """It says that it is encrypted."""
    data[at + 8] |= 1


def overlapping(data: bytearray, at: int) -> None:
    """It lies where the message lies."""
    data[at + 42 : at + 46] = b"\0\0\0\0"


def packed_by_zstd(data: bytearray, at: int) -> None:
    """It says that it is packed by zstd."""
    data[at + 10] = 93


def told(data: bytes) -> list[tuple[str, str | None]]:
    """Rule and value of what is wrong with an archive."""
    return [(each.rule, each.value) for each in unpack(data, MOST).findings]


def peak(call: Callable[[], object]) -> int:
    """The most memory that *call* held at a time (bytes)."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_deflate_is_unpacked(method: int) -> None:
    """What unfolds a thousand times further is refused by its member's name, and nothing of it is unfolded."""
    data = made({"a.pdf": b" " * 40 * MIB}, method)
    assert len(data) < 100_000
    assert told(data) == [("TG-XML-021", "a.pdf")]
    assert peak(lambda: unpack(data, MOST)) < 4 * MIB


@pytest.mark.parametrize(
    ("change", "rule"), [(encrypted, "TG-XML-022"), (overlapping, "TG-XML-025"), (packed_by_zstd, "TG-XML-021")]
)
def test_a_member_that_is_not_to_be_unpacked_is_named(change: Callable[[bytearray, int], None], rule: str) -> None:
    """Each with its own reason."""
    data = edited(change, {"a.pdf": b"%PDF-1.7"})
    assert (rule, "a.pdf") in told(data)
    assert unpack(data, MOST).message == b""


def test_every_fault_is_told_at_once() -> None:
    """One packed otherwise, one with a folder, one that is an archive itself."""
    out = io.BytesIO(made({"in/a.pdf": b"", "more.zip": b""}))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("b.pdf", b"%PDF")
    assert sorted(told(out.getvalue())) == [
        ("TG-XML-009", "in/a.pdf"),
        ("TG-XML-009", "more.zip"),
        ("TG-XML-021", "b.pdf"),
    ]


def test_entries_are_counted_before_they_are_read() -> None:
    """A list of contents of a million entries costs no more than to count them."""
    whole = made({})
    at = whole.index(b"PK\1\2")
    entry = whole[at : whole.index(b"PK\5\6")]
    listed = entry * 1_000_000
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(listed), at, 0)
    data = whole[:at] + listed + end
    assert told(data) == [("TG-XML-023", "1000000")]
    assert peak(lambda: unpack(data, MOST)) < MIB
    fewer = whole[:at] + entry * (MAX_FILES + 1)
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 1, 1, len(fewer) - at, at, 0)
    assert told(fewer + end) == [("TG-XML-023", str(MAX_FILES + 1))]


def test_what_unpacks_to_too_much_altogether_is_not_unpacked() -> None:
    """Papers of 4 MiB of nothing are a small file; each alone would be let through."""
    data = made({f"{number}.pdf": b" " * 4 * MIB for number in range(20)})
    assert len(data) < MIB
    assert [rule for rule, _ in told(data)] == ["TG-XML-024"]
    assert peak(lambda: unpack(data, MOST)) < 4 * MIB
    fits = made({f"{number}.pdf": b" " * 4 * MIB for number in range(MAX_UNFOLDED_BYTES // (4 * MIB))})
    assert told(fits) == []


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("展会批准文件.pdf".encode("gbk"), "展会批准文件.pdf"),
        ("展会批准文件.pdf".encode(), "展会批准文件.pdf"),
        ("展品清单（一）.pdf".encode("gb18030"), "展品清单（一）.pdf"),
    ],
    ids=["GBK", "UTF-8 that does not say so", "GB18030"],
)
def test_names_are_read_as_they_were_written(name: bytes, seen: str) -> None:
    """Windows' own compressed folders write GBK, and say nothing of it."""
    archive = unpack(named(name), MOST)
    assert archive.findings == ()
    assert list(archive.files) == [seen]


def test_a_name_given_in_utf_8_beside_goes_first() -> None:
    """The extra field of Info-ZIP, when it is about this name."""
    raw, right = b"\x82\xa0.pdf", "展会.pdf"
    for crc, expected in ((zlib.crc32(raw), right), (1, None)):
        field = b"\1" + struct.pack("<L", crc) + right.encode()
        archive = unpack(named(raw, struct.pack("<HH", 0x7075, len(field)) + field), MOST)
        assert list(archive.files) == ([right] if expected else [])


def test_a_name_that_nobody_can_read_is_told() -> None:
    """Its bytes are shown, and what to do."""
    assert told(named("Besançon.pdf".encode("latin-1"))) == [("TG-XML-026", "Besan\\xe7on.pdf")]


@pytest.mark.parametrize("name", ["a\u202efdp.exe.pdf", "a\tb.pdf", "..\\a.pdf", "c:a.pdf"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    """Nor one that shows itself as another."""
    assert [rule for rule, _ in told(made({name: b"%PDF"}))] == ["TG-XML-009"]


@given(data=st.binary(max_size=60), at=st.integers(0, 5000))
def test_no_bytes_make_it_raise(data: bytes, at: int) -> None:
    """Whatever stands in an archive, there is a message or a finding."""
    good = pack("message", MESSAGE, {"批准.pdf": b"%PDF-1.7"})
    at %= len(good)
    found = unpack(good[:at] + data + good[at + len(data) :], MOST)
    assert found.findings or found.message


def test_what_we_pack_is_what_we_unpack() -> None:
    """Same names, same bytes."""
    files = {"批准文件.pdf": b"%PDF-1.7 a", "b.pdf": b""}
    archive = unpack(pack("message", MESSAGE, files), MOST)
    assert (archive.message, dict(archive.files), archive.findings) == (MESSAGE, files, ())
