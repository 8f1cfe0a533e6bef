"""The names of what makes a signature fail, each with what happened and what to do.  Ids are stable, for programs."""

from __future__ import annotations

from msgspec import Struct, structs

from tempgoods_edi.values import Bilingual


class Cause(Struct, frozen=True):
    """One reason a signature fails.

    :ivar id: stable name, such as ``pretty-printed``.
    :ivar what: what happened.
    :ivar fix: what to do about it.
    """

    id: str
    title: Bilingual
    what: Bilingual
    fix: Bilingual

    def told(self, **params: object) -> Cause:
        """The same cause with the places of its texts filled in."""
        return structs.replace(self, what=self.what.format(**params), fix=self.fix.format(**params))


def _cause(id: str, title: tuple[str, str], what: tuple[str, str], fix: tuple[str, str]) -> Cause:
    return Cause(id, Bilingual(*title), Bilingual(*what), Bilingual(*fix))


_AFTER = ("签名后按原字节发送，不要再经任何工具改写", "send the bytes as they were signed; let no tool rewrite them")
_C14N = (
    "摘要和签名值都须对 C14N 1.0 的结果计算",
    "compute digest and signature value over the output of C14N 1.0",
)
_KEYS = ("用与证书配对的私钥签名，并随报文发送该证书", "sign with the key of the certificate that is sent along")

WHITESPACE_AROUND = _cause(
    "whitespace-around",
    ("Object 首尾的空白", "whitespace at the edges"),
    ("元素首尾的空白（空格、换行）在签名后被加上或去掉",
     "whitespace just inside or around the element was put in or taken out after signing"),
    _AFTER,
)  # fmt: skip
WHITESPACE_IN_VALUES = _cause(
    "whitespace-in-values",
    ("值首尾的空白", "whitespace around values"),
    ("某些值首尾的空白在签名后被加上", "whitespace was put around some values after signing"),
    _AFTER,
)  # fmt: skip
PRETTY_PRINTED = _cause(
    "pretty-printed",
    ("签名后被排版", "pretty-printed after signing"),
    ("签名时元素之间没有空白，收到的报文却有换行和缩进：签名后被排版",
     "no whitespace stood between the elements when they were signed; now there are line breaks and indents"),
    _AFTER,
)  # fmt: skip
COMPACTED = _cause(
    "compacted",
    ("签名后缩进被去掉", "indents removed after signing"),
    ("签名时报文带有换行和缩进，之后被去掉", "line breaks and indents that were signed were taken out afterwards"),
    ("先生成一行的紧凑格式，再签名", "write the compact form of one line first, then sign"),
)  # fmt: skip
RE_INDENTED = _cause(
    "re-indented",
    ("缩进在签名后被改变", "indents changed after signing"),
    ("签名时的换行和缩进（{indent}）与收到的不同：签名后被重新排版",
     "the indents that were signed ({indent}) are not those received: it was laid out anew after signing"),
    _AFTER,
)  # fmt: skip
LINE_ENDS = _cause(
    "line-ends",
    ("换行符", "line ends"),
    ("签名的字节用 CRLF 换行，XML 读入后只有 LF（C14N 1.0 §2.1）",
     "the bytes signed have CRLF line ends; as XML is read, only LF is left (C14N 1.0 §2.1)"),
    ("先把换行统一为 LF 再签名，或写成一行", "make line ends LF before signing, or write one line"),
)  # fmt: skip
ATTRIBUTE_ORDER = _cause(
    "attribute-order",
    ("命名空间或属性的次序", "order of namespaces or attributes"),
    ("签名时开始标记中命名空间、属性的次序不是规范次序（命名空间在前，各按名称排序）",
     ("the start tag was signed with namespaces and attributes in another order than C14N's "
     "(namespaces first, each group by name)")),
    _C14N,
)  # fmt: skip
NO_NAMESPACE = _cause(
    "no-namespace",
    ("缺少继承的命名空间声明", "inherited namespace declaration left out"),
    ("签名时没有写出继承自 Signature 的 xmlns 声明；规范化的子元素必须带上",
     "what was signed lacks the xmlns declaration inherited from Signature; the canonical form of a part has it"),
    ('按 <{element} xmlns="http://www.w3.org/2000/09/xmldsig#" …> 计算',
     'compute it over <{element} xmlns="http://www.w3.org/2000/09/xmldsig#" …>'),
)  # fmt: skip
NAMESPACE_CONTEXT = _cause(
    "namespace-context",
    ("签名时处在别的命名空间环境中", "signed among other namespaces"),
    ("签名时外层（如 SOAP 信封）声明了 {prefixes}，规范化带上了它们，发送时却没有",
     "{prefixes} was declared around it when it was signed, as in a SOAP envelope, and is not in what was sent"),
    ("先把 Signature 单独生成为报文，再签名，不要放在其他元素里签",
     "make Signature a message of its own, then sign; not inside another element"),
)  # fmt: skip
EMPTY_ELEMENTS = _cause(
    "empty-elements",
    ("空元素的写法", "how empty elements are written"),
    ("签名的字节把空元素写作 <x/>；规范形式是 <x></x>",
     "the bytes signed have empty elements as <x/>; the canonical form is <x></x>"),
    _C14N,
)  # fmt: skip
EXCLUSIVE = _cause(
    "exclusive-c14n",
    ("用了排他规范化", "exclusive canonicalization"),
    ("用排他规范化（exclusive C14N）计算，未用到的命名空间声明被省去",
     "exclusive C14N was used: it leaves out namespace declarations that nothing uses"),
    ("用包含规范化 C14N 1.0（不带注释）：http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
     "use inclusive C14N 1.0 without comments: http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
)  # fmt: skip
WITH_COMMENTS = _cause(
    "c14n-with-comments",
    ("规范化带了注释", "canonicalized with comments"),
    ("用带注释的 C14N 计算：注释也进了摘要", "C14N with comments was used: the comments were hashed too"),
    ("去掉注释，用不带注释的 C14N 1.0", "leave comments out, and use C14N 1.0 without comments"),
)  # fmt: skip
RE_ENCODED = _cause(
    "re-encoded",
    ("字符编码被转换", "re-encoded"),
    ("编码不一致：一侧是 {encoding}，另一侧是 UTF-8", "encodings differ: {encoding} on one side, UTF-8 on the other"),
    ("从生成、签名到发送都用 UTF-8", "write, sign and send UTF-8 all the way"),
)  # fmt: skip
BOM = _cause(
    "bom",
    ("字节序标记 BOM", "byte order mark"),
    ("字节序标记（EF BB BF）一侧有、另一侧没有", "a byte order mark (EF BB BF) is on one side and not on the other"),
    ("生成不带 BOM 的 UTF-8", "write UTF-8 without BOM"),
)  # fmt: skip
CONTENT_ONLY = _cause(
    "content-only",
    ("只对内容签名", "only the content was hashed"),
    ("只计算了元素的内容，没有包括 <{element}> 本身", "only what is in the element was hashed, without <{element}> itself"),
    ("对整个元素（含开始、结束标记）计算", "hash the whole element with its start and end tag"),
)  # fmt: skip
DIGEST_ALGORITHM = _cause(
    "digest-algorithm",
    ("摘要算法不对", "wrong digest algorithm"),
    ("摘要是用 {used} 计算的，应为 {wanted}", "the digest was computed by {used}; it must be {wanted}"),
    ("用 {wanted} 计算摘要", "compute the digest by {wanted}"),
)  # fmt: skip
SIGNATURE_METHOD = _cause(
    "signature-method",
    ("SignatureMethod 与实际算法不同", "SignatureMethod is not what was used"),
    ("签名值是用 {used} 计算的，SignatureMethod 写的是 {wanted}",
     "the signature value was made by {used}, but SignatureMethod says {wanted}"),
    ("让 SignatureMethod 与所用算法一致", "let SignatureMethod name the algorithm that is used"),
)  # fmt: skip
DER_VALUE = _cause(
    "der-instead-of-raw",
    ("签名值是 DER", "the signature value is DER"),
    ("签名值是 DER（SEQUENCE r, s）；XML 签名中应为 r‖s 共 64 字节",
     "the value is DER (SEQUENCE of r and s); XML signatures have r‖s, 64 bytes"),
    ("把 r、s 各写成 32 字节，首尾相接", "write r and s as 32 bytes each, one after the other"),
)  # fmt: skip
USER_ID = _cause(
    "sm2-user-id",
    ("SM2 用户标识不同", "another SM2 user id"),
    ("SM2 签名用的用户标识是“{used}”，应为 1234567812345678",
     "the SM2 signature was made with the user id “{used}”; it must be 1234567812345678"),
    ("用户标识用 1234567812345678（openssl：-sigopt distid:1234567812345678）",
     "use the user id 1234567812345678 (openssl: -sigopt distid:1234567812345678)"),
)  # fmt: skip
HASHED_TWICE = _cause(
    "hashed-twice",
    ("摘要做了两次", "hashed twice"),
    ("签名函数自己会做摘要，而交给它的已是摘要", "what was handed to the signing function was a digest already"),
    ("把规范化的 SignedInfo 交给签名函数", "hand the canonical SignedInfo to the signing function"),
)  # fmt: skip
OVER_OBJECT = _cause(
    "value-over-object",
    ("对 Object 而不是 SignedInfo 签名", "the Object was signed, not SignedInfo"),
    ("签名值是对 Object 计算的；应对 SignedInfo 计算", "the signature value is over the Object; it must be over SignedInfo"),
    ("签名值对规范化的 SignedInfo 计算", "sign the canonical SignedInfo"),
)  # fmt: skip
PSS_PADDING = _cause(
    "pss-padding",
    ("用了 RSA-PSS 填充", "RSA-PSS padding"),
    ("签名值用 RSA-PSS 填充；算法规定 PKCS#1 v1.5", "the value has RSA-PSS padding; the algorithm demands PKCS#1 v1.5"),
    ("签名时选 PKCS#1 v1.5 填充", "choose PKCS#1 v1.5 padding when signing"),
)  # fmt: skip
BYTE_ORDER = _cause(
    "byte-order",
    ("字节次序相反", "bytes in reverse order"),
    ("{element} 的字节次序是反的（如 Windows CryptoAPI 的输出）",
     "the bytes of {element} are in reverse order, as Windows' CryptoAPI gives them"),
    ("写入前把字节次序倒过来", "reverse the bytes before writing them"),
)  # fmt: skip
HEX_VALUE = _cause(
    "hex-value",
    ("写成了十六进制", "written in hexadecimal"),
    ("{element} 写成了十六进制，应为 Base64", "{element} is in hexadecimal; it must be base64"),
    ("写入 Base64", "write base64"),
)  # fmt: skip
WRONG_CERTIFICATE = _cause(
    "wrong-certificate",
    ("证书不是签名人的", "another key's certificate"),
    ("签名值不是证书 {serial} 的私钥做的{other}", "the signature value was not made with the key of certificate {serial}{other}"),
    _KEYS,
)  # fmt: skip
KEY_NAME = _cause(
    "key-name",
    ("KeyName 是另一张证书的", "KeyName of another certificate"),
    ("KeyName 写的是 {name}，随附证书的序列号是 {serial}",
     "KeyName says {name}, but the serial number of the certificate sent along is {serial}"),
    ("KeyName 写所附证书的序列号（十六进制）", "write the serial number (hex) of the certificate sent along as KeyName"),
)  # fmt: skip
SIGNED_INFO_CHANGED = _cause(
    "signed-info-changed",
    ("SignedInfo 在签名后被改动", "SignedInfo was changed after signing"),
    ("签名值确由此证书的私钥所做，但签的是另一份 SignedInfo",
     "the value was made with this certificate's key, but over another SignedInfo"),
    ("改动任何内容后都须重新签名", "sign again after any change"),
)  # fmt: skip
CHANGED_OR_OTHER_KEY = _cause(
    "changed-or-other-key",
    ("SignedInfo 被改动，或证书不是签名人的", "SignedInfo changed, or another key's certificate"),
    ("签名值不符；椭圆曲线签名无法区分是 SignedInfo 被改动还是证书不对",
     ("the value does not fit; of an elliptic-curve signature nobody can tell whether SignedInfo was changed "
     "or the certificate is another's")),
    ("用 --cert 给出签名人的证书再试；否则重新签名", "try again with the signer's certificate as --cert; else sign again"),
)  # fmt: skip
CONTENT_CHANGED = _cause(
    "content-changed",
    ("签名的字节与收到的不同，原因无法确知", "what was hashed is not what came; why cannot be known"),
    ("已知的差错都不能解释：可能是某个值在签名后被改动，也可能是空白被去掉、字符被替换等无法复原的改写；原字节不在报文中",
     ("no mistake that is known here explains it: a value may have been changed after signing, or blanks taken out, or "
     "characters replaced; the bytes that were hashed are not in the message, so it cannot be told")),
    ("与签名时保存的字节逐字比较；改动任何内容后都须重新签名",
     "compare with the bytes as they were signed, if they were kept; sign again after any change"),
)  # fmt: skip
NO_CERTIFICATE = _cause(
    "no-certificate",
    ("没有证书，无法验证签名值", "no certificate to verify with"),
    ("报文未带可读的证书（KeyName {name}）", "the message carries no readable certificate (KeyName {name})"),
    ("用 --cert 给出签名人的证书", "give the signer's certificate as --cert"),
)  # fmt: skip
NOT_BASE64 = _cause(
    "not-base64",
    ("不是 Base64", "not base64"),
    ("{element} 不是 Base64", "{element} is not base64"),
    ("写入 Base64", "write base64"),
)  # fmt: skip
FORM = _cause(
    "form",
    ("不是规定格式的签名", "not a signature in the prescribed form"),
    ("报文不能按规定格式读入：{why}", "the message cannot be read in the prescribed form: {why}"),
    ("按规定格式重新生成", "write it anew in the prescribed form"),
)  # fmt: skip

CAUSES: tuple[Cause, ...] = (
    WHITESPACE_AROUND, WHITESPACE_IN_VALUES, PRETTY_PRINTED, COMPACTED, RE_INDENTED, LINE_ENDS, ATTRIBUTE_ORDER, NO_NAMESPACE,
    NAMESPACE_CONTEXT,
    EMPTY_ELEMENTS, EXCLUSIVE, WITH_COMMENTS, RE_ENCODED, BOM, CONTENT_ONLY, DIGEST_ALGORITHM, SIGNATURE_METHOD,
    DER_VALUE, USER_ID, HASHED_TWICE, OVER_OBJECT, PSS_PADDING, BYTE_ORDER, HEX_VALUE, WRONG_CERTIFICATE, KEY_NAME,
    SIGNED_INFO_CHANGED, CHANGED_OR_OTHER_KEY,
    CONTENT_CHANGED, NO_CERTIFICATE, NOT_BASE64, FORM,
)  # fmt: skip
"""Every cause there is a name for."""
