"""The canonical form, and the cheap test for already being in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tempgoods_edi.signing.canonical import canonical, is_canonical

_TEXT = st.text(st.sampled_from("ab中/!? \t\n\r\"'=<>&]"), max_size=8)


@pytest.mark.parametrize(
    ("content", "same"),
    [
        (b"<a>x &amp; &lt; &gt; \" ' = /\t\n</a>", True),
        (b"<a></a><b>1</b>", True),
        (b"", True),
        (b"<a/>", False),
        (b"<a/><b/>", False),
        (b"<a ></a>", False),
        (b"<a></a >", False),
        (b"<a b='c'></a>", False),
        (b'<a\tb="c"></a>', False),
        (b"<a>></a>", False),
        (b"<a>\r</a>", False),
        (b"<a>&#65;</a>", False),
        (b"<a>&quot;</a>", False),
        (b"<a>&apos;</a>", False),
        (b"<a><!-- --></a>", False),
        (b"<a><![CDATA[x]]></a>", False),
        (b"<a><?p?></a>", False),
        (b"<?p q?><a></a>", False),
    ],
)
def test_own_canonical_form(content: bytes, same: bool) -> None:
    """`is_canonical` knows each way in which bytes can differ from their canonical form."""
    assert is_canonical(content) is same


@given(st.recursive(_TEXT, lambda inner: st.lists(inner, max_size=3), max_leaves=8), st.integers(0, 400), st.data())
def test_canonical_only_if_c14n_changes_nothing(tree: object, at: int, data: st.DataObject) -> None:
    """Whatever is well-formed and passes `is_canonical` is left alone by libxml2's C14N."""

    def written(node: object) -> str:
        if isinstance(node, str):
            return node.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert isinstance(node, list)
        return "<x>" + "".join(map(written, node)) + "</x>"

    content = written(tree)
    piece = data.draw(
        st.sampled_from(["", "/", " ", ">", "<y/>", "<!---->", "<y></y>", "<y >", "</y >", "&#65;", '="'])
    )
    content = content[:at] + piece + content[at:]
    wrapped = f"<r>{content}</r>".encode()
    try:
        root = etree.fromstring(wrapped)
    except etree.XMLSyntaxError:
        return
    if is_canonical(content.encode()):
        assert etree.tostring(root, method="c14n") == wrapped


def test_subtree_keeps_namespaces_in_scope() -> None:
    """Inclusive C14N of a sub-element carries every declaration in scope, and undeclares only where it must."""
    root = etree.fromstring(b'<S xmlns="http://u" xmlns:p="http://p"><O Id="1"><a xmlns=""><b/></a><c/></O>t</S>')
    assert canonical(root[0]) == (b'<O xmlns="http://u" xmlns:p="http://p" Id="1"><a xmlns=""><b></b></a><c></c></O>')


def test_relative_namespace_has_no_canonical_form() -> None:
    """C14N is not defined for relative namespace names: None, no exception."""
    assert canonical(etree.fromstring(b'<a xmlns="relative"/>')) is None
