"""What inspection finds in files that came beside a message, good and bad."""

from __future__ import annotations

import hashlib
import zlib
from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pikepdf import Array, Dictionary, Encryption, Name, Pdf

from tempgoods_edi import pdfs
from tempgoods_edi.apart import Ended, ProcessOutcome
from tempgoods_edi.attachments import LIMITS, inspect, inspect_apart, seen
from tempgoods_edi.dangers import DAMAGED, MAX_BYTES, OVERSIZED, UNOPENED
from tempgoods_edi.pdfs import EARLIER


def made(*changes: Callable[[Pdf], object], encryption: Encryption | None = None, packed: bool = False) -> bytes:
    """A PDF of one page with *changes* made to it."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    for change in changes:
        change(pdf)
    out = BytesIO()
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    if encryption is None:
        pdf.save(out, object_stream_mode=mode)
    else:
        pdf.save(out, object_stream_mode=mode, encryption=encryption)
    return out.getvalue()


def script() -> Dictionary:
    """An action that runs a script."""
    return Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def opens_with_script(pdf: Pdf) -> None:
    """A script at opening."""
    pdf.Root.OpenAction = pdf.make_indirect(script())


def names_a_script(pdf: Pdf) -> None:
    """A script among the document's names."""
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([pikepdf.String("a"), script()])))


def launches_from_a_page(pdf: Pdf) -> None:
    """A program started when the page is shown."""
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.Launch, F="calc.exe"))


def carries_a_file(pdf: Pdf) -> None:
    """A file in the file."""
    pdf.attachments["a.exe"] = b"MZ"


def shows_a_file_on_a_page(pdf: Pdf) -> None:
    """A file as a note on the page."""
    note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])


def has_a_form_of_its_own(pdf: Pdf) -> None:
    """A form in XML."""
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=Array())


def sends_a_form(pdf: Pdf) -> None:
    """A button that sends the form somewhere."""
    pdf.Root.OpenAction = Dictionary(S=Name.SubmitForm, F="http://example.com/")


def plays_a_film(pdf: Pdf) -> None:
    """A film on the page."""
    film = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]))
    pdf.pages[0].obj.Annots = Array([film])


def turns_elsewhere(pdf: Pdf) -> None:
    """Another document shown at opening."""
    pdf.Root.OpenAction = Dictionary(S=Name.GoToR, F="other.pdf", D=Array([0, Name.Fit]))


def calls_home(pdf: Pdf) -> None:
    """An address called when the page is shown."""
    pdf.pages[0].obj.AA = Dictionary(O=pdf.make_indirect(Dictionary(S=Name.URI, URI="http://example.com/seen")))


def calls_home_after_that(pdf: Pdf) -> None:
    """An address called after a harmless action."""
    after = Dictionary(S=Name.URI, URI="http://example.com/seen")
    pdf.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([0, Name.Fit]), Next=Array([after]))


def prints_itself(pdf: Pdf) -> None:
    """The printer's window at opening."""
    pdf.Root.OpenAction = Dictionary(S=Name.Named, N=Name.Print)


def does_what_nobody_knows(pdf: Pdf) -> None:
    """An action of another standard."""
    pdf.Root.OpenAction = Dictionary(S=Name.SetState)


def hides_a_script(pdf: Pdf) -> None:
    """A script that nothing refers to, deep in an object."""
    pdf.Root.PieceInfo = Dictionary(A=Array([Array([Dictionary(B=script())])]))


@pytest.mark.parametrize(
    ("change", "danger"),
    [
        (opens_with_script, "JavaScript"),
        (names_a_script, "JavaScript"),
        (hides_a_script, "JavaScript"),
        (launches_from_a_page, "Launch"),
        (carries_a_file, "EmbeddedFile"),
        (shows_a_file_on_a_page, "EmbeddedFile"),
        (has_a_form_of_its_own, "XFA"),
        (sends_a_form, "SubmitForm"),
        (plays_a_film, "RichMedia"),
        (turns_elsewhere, "AutomaticGoToR"),
        (calls_home, "AutomaticURI"),
        (calls_home_after_that, "AutomaticURI"),
        (prints_itself, "AutomaticNamed"),
        (does_what_nobody_knows, "AutomaticAction"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_what_a_file_would_do_is_found(change: Callable[[Pdf], object], danger: str, *, packed: bool) -> None:
    """Each danger is found wherever it stands, in compressed objects too."""
    found = inspect("a.pdf", made(change, packed=packed))
    assert found.is_pdf
    assert danger in found.dangers
    assert DAMAGED not in found.dangers


@pytest.mark.parametrize("packed", [False, True])
def test_a_plain_paper_is_harmless(*, packed: bool) -> None:
    """Pages, pictures and links are no danger."""

    def links(pdf: Pdf) -> None:
        pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="http://example.com"))
        pdf.pages[0].obj.Annots = Array([link])

    found = inspect("a.pdf", made(links, packed=packed))
    assert (found.is_pdf, found.encrypted, found.dangers) == (True, False, ())


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parent.parent / "fixtures").rglob("*.pdf")), ids=lambda p: p.name
)
def test_papers_of_the_cases_are_harmless(path: Path) -> None:
    """What real programs print is not taken for damaged or dangerous."""
    found = inspect(path.name, path.read_bytes())
    assert (found.is_pdf, found.encrypted, found.dangers) == (True, False, ())


@pytest.mark.parametrize(
    "encryption",
    [Encryption(owner="o", user="u"), Encryption(owner="o", user=""), Encryption(owner="", user="", R=4)],
    ids=["with a password", "with an empty one", "with none at all"],
)
def test_encryption_is_told(encryption: Encryption) -> None:
    """A file that opens without being asked for a password is encrypted all the same."""
    found = inspect("a.pdf", made(encryption=encryption))
    assert (found.is_pdf, found.encrypted) == (True, True)


@pytest.mark.parametrize(
    "data",
    [b"", b"<html></html>", b"PK\x03\x04", b"\xff\xd8\xff\xe0", b" " * 2000 + made()],
    ids=["empty", "html", "zip", "jpeg", "a PDF that no reader looks for"],
)
def test_what_is_not_a_pdf_is_told_by_its_content(data: bytes) -> None:
    """The name does not matter, nor what follows something else."""
    found = inspect("a.pdf", data)
    assert (found.is_pdf, found.dangers, found.size, found.before_mark) == (False, (), len(data), 0)


@pytest.mark.parametrize("before", [b"MZ", b"\n", b"\xef\xbb\xbf", b"x" * 1023])
def test_bytes_before_a_pdf_are_counted(before: bytes) -> None:
    """Readers would skip them, so people are told why the file is refused."""
    found = inspect("a.pdf", before + made())
    assert (found.is_pdf, found.dangers, found.before_mark) == (False, (), len(before))


def revised(data: bytes, *objects: bytes) -> bytes:
    """*data* with a later version that writes *objects* anew, as signing or a note does it."""
    place = data.rindex(b"startxref") + len(b"startxref")
    previous = int(data[place:].split()[0])
    places = {}
    for each in objects:
        places[int(each.split(b" ", 1)[0])] = len(data)
        data += each + b"\n"
    table = b"".join(b"%d 1\n%010d 00000 n \n" % item for item in places.items())
    start = len(data)
    size = int(data[data.rindex(b"/Size ") + 6 :].split()[0])
    trailer = b"trailer\n<</Root 1 0 R/Prev %d/Size %d >>\n" % (previous, size)
    return data + b"xref\n" + table + trailer + b"startxref\n%d\n%%%%EOF\n" % start


def test_what_a_later_version_hides_is_told() -> None:
    """A script that was taken out by a later version is one step back in a reader; an earlier version alone is no fault."""
    scripted, plain = made(opens_with_script), made()
    root = b"1 0 obj\n<</Pages 2 0 R/Type/Catalog>>\nendobj"
    assert b"1 0 obj" in scripted
    clean = revised(scripted, root, b"3 0 obj\nnull\nendobj", b"4 0 obj\nnull\nendobj")
    assert {"JavaScript", EARLIER} <= set(inspect("a.pdf", clean).dangers)
    assert inspect("a.pdf", revised(plain, root)).dangers == ()


def test_more_versions_than_are_looked_at_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing hides behind the last one that is looked at."""
    monkeypatch.setattr(pdfs, "MAX_REVISIONS", 1)
    root, data = b"1 0 obj\n<</Pages 2 0 R/Type/Catalog>>\nendobj", made()
    assert inspect("a.pdf", revised(data, root)).dangers == ()
    assert OVERSIZED in inspect("a.pdf", revised(revised(data, root), root)).dangers


@pytest.mark.parametrize("left", [5, 40, 200, -1, -20])
def test_what_was_cut_short_is_damaged(left: int) -> None:
    """A reader would repair it silently; here it is told."""
    data = made(packed=True)
    cut = data[: left if left > 0 else len(data) * 3 // 4 + left]
    assert DAMAGED in inspect("a.pdf", cut).dangers


def test_a_paper_without_pages_is_damaged() -> None:
    """Nothing to see is nothing shown."""
    out = BytesIO()
    pikepdf.new().save(out)
    assert inspect("a.pdf", out.getvalue()).dangers == (DAMAGED,)


def test_a_file_that_is_too_large_is_not_opened() -> None:
    """Its size alone refuses it."""
    opened: list[bytes] = []

    def look(data: bytes) -> tuple[bool, frozenset[str]]:
        opened.append(data)
        return False, frozenset()

    found = inspect("a.pdf", made() + b" " * MAX_BYTES, look)
    assert opened == []
    assert (found.is_pdf, found.dangers) == (True, ())
    assert found.size > MAX_BYTES


def test_more_objects_than_a_paper_has_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search ends at its bounds, and says so."""

    def many(pdf: Pdf) -> None:
        pdf.Root.PieceInfo = Array([Dictionary() for _ in range(50)])

    monkeypatch.setattr(pdfs, "MAX_VALUES", 40)
    assert OVERSIZED in inspect("a.pdf", made(many)).dangers
    monkeypatch.setattr(pdfs, "MAX_OBJECTS", 2)
    assert OVERSIZED in inspect("a.pdf", made(many)).dangers


def test_a_bomb_does_not_go_off() -> None:
    """Objects that would unfold to a gigabyte are refused as damaged, and later files are read as ever."""
    packed = zlib.compressobj(9)
    bomb = b"".join([*(packed.compress(b" " * 2**20) for _ in range(1024)), packed.flush()])
    stream = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(bomb), bomb)
    data = b"%%PDF-1.7\n1 0 obj\n%b\nendobj\n" % stream
    table = b"\x01\x00\x0a\x00\x02\x00\x01\x00"
    place = len(data)
    index = b"<</Type/XRef/Size 3/W[1 2 1]/Index[1 2]/Root 2 0 R/Length %d>>\nstream\n%b\nendstream" % (
        len(table),
        table,
    )
    data += b"3 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF" % (index, place)
    assert len(data) < MAX_BYTES
    assert DAMAGED in inspect("a.pdf", data).dangers
    assert inspect("a.pdf", made()).dangers == ()


def test_hashes_are_those_of_the_bytes() -> None:
    """Base64, by the names that ``DocHashAlg`` has."""
    data = made()
    hashes = inspect("a.pdf", data).hashes
    assert hashes["SHA-256"] == b64encode(hashlib.sha256(data).digest()).decode()
    assert hashes["SHA-1"] == b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()
    assert set(hashes) <= {"SHA-256", "SHA-1", "SM3"}


@given(data=st.binary(max_size=400), at=st.integers(0, 2000))
def test_no_bytes_make_it_raise(data: bytes, at: int) -> None:
    """Any bytes, alone or written into a good file, are inspected."""
    good = made(packed=True)
    for each in (data, b"%PDF-1.7\n" + data, good[:at] + data + good[at + len(data) :]):
        found = inspect("a.pdf", each)
        assert found.size == len(each)
        assert found.is_pdf == each.startswith(b"%PDF-")


def spun(data: bytes, outcome: ProcessOutcome) -> list[tuple[str, ...]]:
    """What is said of three files when their process ended so after *data*."""
    return [tuple(sorted(dangers)) for _, dangers in seen(Ended(outcome, data), 3)]


def test_files_opened_apart_are_seen_as_they_are_here() -> None:
    """One process opens them all, each is told for itself."""
    files = {"a.pdf": made(), "b.pdf": made(launches_from_a_page), "c.pdf": b"MZ", "d.pdf": made()[:-40]}
    assert inspect_apart(files) == {name: inspect(name, data) for name, data in files.items()}


def test_files_that_nobody_came_to_open_are_never_harmless() -> None:
    """The one that took the time or killed the process is told, and those after it; what was answered stands."""
    assert spun(b"0\n", ProcessOutcome.TOO_LONG) == [(), (OVERSIZED,), (UNOPENED,)]
    assert spun(b"0\n1 Launch\n0 Lau", ProcessOutcome.DIED) == [(), ("Launch",), (DAMAGED,)]
    assert spun(b"0 all-is-well\n\n9\n0\n", ProcessOutcome.DONE) == [(DAMAGED,)] * 3


def test_all_files_of_a_message_share_one_budget() -> None:
    """A hundred slow papers take no longer than one may; each of them is refused."""
    files = {f"{number}.pdf": made(opens_with_script) for number in range(100)}
    found = inspect_apart(files, replace(LIMITS, seconds=1, patience=1))
    assert all(each.dangers for each in found.values())
    starved = inspect_apart(files, replace(LIMITS, memory=16 * 1024 * 1024))
    assert {each.dangers for each in starved.values()} <= {(DAMAGED,), (OVERSIZED,), (UNOPENED,)}
