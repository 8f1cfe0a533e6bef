"""The causes of failing signatures, each with what happened and what to do.  Ids are stable, for programs."""

from __future__ import annotations

from tempgoods_edi.signing.doctor.cause import cause

_AFTER = ("签名后按原字节发送，不要再经任何工具改写", "send the bytes as they were signed; let no tool rewrite them")
_C14N = (
    "摘要和签名值都须对 C14N 1.0 的结果计算",
    "compute digest and signature value over the output of C14N 1.0",
)

WHITESPACE_AROUND = cause(
    "whitespace-around",
    ("Object 首尾的空白", "whitespace at the edges"),
    ("元素首尾的空白（空格、换行）在签名后被加上或去掉",
     "whitespace just inside or around the element was put in or taken out after signing"),
    _AFTER,
)  # fmt: skip
WHITESPACE_IN_VALUES = cause(
    "whitespace-in-values",
    ("值首尾的空白", "whitespace around values"),
    ("某些值首尾的空白在签名后被加上", "whitespace was put around some values after signing"),
    _AFTER,
)  # fmt: skip
PRETTY_PRINTED = cause(
    "pretty-printed",
    ("多出换行和缩进", "pretty-printed"),
    ("签名的字节中元素之间没有空白，收到的报文却有：签名后被排版，或签名程序读入时丢掉了空白（PreserveWhitespace）",
     ("no whitespace stood between the elements in the bytes signed; now there is: it was laid out afterwards, or the "
     "signing program dropped blanks as it read (PreserveWhitespace)")),
    _AFTER,
)  # fmt: skip
COMPACTED = cause(
    "compacted",
    ("签名后缩进被去掉", "indents removed after signing"),
    ("签名时报文带有换行和缩进，之后被去掉", "line breaks and indents that were signed were taken out afterwards"),
    ("先生成一行的紧凑格式，再签名", "write the compact form of one line first, then sign"),
)  # fmt: skip
RE_INDENTED = cause(
    "re-indented",
    ("缩进在签名后被改变", "indents changed after signing"),
    ("签名时的换行和缩进（{indent}）与收到的不同：签名后被重新排版",
     "the line breaks and indents that were signed ({indent}) are not those received: it was laid out anew"),
    _AFTER,
)  # fmt: skip
NEWLINES_REMOVED = cause(
    "newlines-removed",
    ("换行被去掉", "line breaks taken out"),
    ("签名时有的换行之后被去掉，或变成了空格（如按行读入再拼接）",
     "line breaks that were signed were taken out or made blanks afterwards, as reading by lines and joining them does"),
    _AFTER,
)  # fmt: skip
TRIMMED = cause(
    "trimmed-values",
    ("值首尾的空白被去掉", "blanks around values taken off"),
    ("{place} 的值签名时首尾带有空白，之后被去掉", "blanks around the value of {place} that were signed were taken off afterwards"),
    ("先去掉值首尾的空白，再签名", "take blanks off values first, then sign"),
)  # fmt: skip
GARBLED = cause(
    "garbled",
    ("UTF-8 被当作其他编码", "UTF-8 read as another encoding"),
    ("UTF-8 曾被当作 {encoding} 读入再写出：签名时是“{signed}”，收到的是“{received}”",
     "UTF-8 was read as {encoding} and written anew: “{signed}” was signed, “{received}” came"),
    ("读写报文都指明 UTF-8，不用系统缺省编码", "name UTF-8 wherever the message is read or written, never the system's own encoding"),
)  # fmt: skip
DECLARATION = cause(
    "declaration",
    ("XML 声明的编码", "encoding in the XML declaration"),
    ("XML 声明写 encoding=“{encoding}”，只能是 UTF-8", "the XML declaration says encoding “{encoding}”; it must be UTF-8"),
    ('写作 encoding="UTF-8"（带连字符），或不写 XML 声明', 'write encoding="UTF-8", with the hyphen, or no XML declaration'),
)  # fmt: skip
DIGEST_METHOD = cause(
    "digest-method",
    ("DigestMethod 与实际算法不同", "DigestMethod is not what was used"),
    ("摘要是用 {used} 计算的，DigestMethod 写的是 {named}", "the digest was computed by {used}, but DigestMethod says {named}"),
    ("让 DigestMethod 与所用算法一致", "let DigestMethod name the algorithm that is used"),
)  # fmt: skip
LINE_ENDS = cause(
    "line-ends",
    ("换行符", "line ends"),
    ("签名的字节用 CRLF 换行，XML 读入后只有 LF（C14N 1.0 §2.1）",
     "the bytes signed have CRLF line ends; as XML is read, only LF is left (C14N 1.0 §2.1)"),
    ("先把换行统一为 LF 再签名，或写成一行", "make line ends LF before signing, or write one line"),
)  # fmt: skip
ATTRIBUTE_ORDER = cause(
    "attribute-order",
    ("命名空间或属性的次序", "order of namespaces or attributes"),
    ("签名时开始标记中命名空间、属性的次序不是规范次序（命名空间在前，各按名称排序）",
     ("the start tag was signed with namespaces and attributes in another order than C14N's "
     "(namespaces first, each group by name)")),
    _C14N,
)  # fmt: skip
NO_NAMESPACE = cause(
    "no-namespace",
    ("缺少继承的命名空间声明", "inherited namespace declaration left out"),
    ("签名时没有写出继承自 Signature 的 xmlns 声明；规范化的子元素必须带上",
     "what was signed lacks the xmlns declaration inherited from Signature; the canonical form of a part has it"),
    ('按 <{element} xmlns="http://www.w3.org/2000/09/xmldsig#" …> 计算',
     'compute it over <{element} xmlns="http://www.w3.org/2000/09/xmldsig#" …>'),
)  # fmt: skip
NAMESPACE_CONTEXT = cause(
    "namespace-context",
    ("签名时处在别的命名空间环境中", "signed among other namespaces"),
    ("签名时外层（如 SOAP 信封）声明了 {prefixes}，规范化带上了它们，发送时却没有",
     "{prefixes} was declared around it when it was signed, as in a SOAP envelope, and is not in what was sent"),
    ("先把 Signature 单独生成为报文，再签名，不要放在其他元素里签",
     "make Signature a message of its own, then sign; not inside another element"),
)  # fmt: skip
EMPTY_ELEMENTS = cause(
    "empty-elements",
    ("空元素的写法", "how empty elements are written"),
    ("签名的字节把空元素写作 <x/>；规范形式是 <x></x>",
     "the bytes signed have empty elements as <x/>; the canonical form is <x></x>"),
    _C14N,
)  # fmt: skip
EXCLUSIVE = cause(
    "exclusive-c14n",
    ("用了排他规范化", "exclusive canonicalization"),
    ("用了或写明了排他规范化（exclusive C14N），它省去未用到的命名空间声明",
     "exclusive C14N was used or is named: it leaves out namespace declarations that nothing uses"),
    ("用包含规范化 C14N 1.0（不带注释）：http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
     "use inclusive C14N 1.0 without comments: http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
)  # fmt: skip
WITH_COMMENTS = cause(
    "c14n-with-comments",
    ("规范化带了注释", "canonicalized with comments"),
    ("用了或写明了带注释的 C14N，它把注释也算进摘要", "C14N with comments was used or is named: it hashes comments too"),
    ("去掉注释，用不带注释的 C14N 1.0", "leave comments out, and use C14N 1.0 without comments"),
)  # fmt: skip
RE_ENCODED = cause(
    "re-encoded",
    ("字符编码被转换", "re-encoded"),
    ("编码不一致：一侧是 {encoding}，另一侧是 UTF-8", "encodings differ: {encoding} on one side, UTF-8 on the other"),
    ("从生成、签名到发送都用 UTF-8", "write, sign and send UTF-8 all the way"),
)  # fmt: skip
BOM = cause(
    "bom",
    ("字节序标记 BOM", "byte order mark"),
    ("字节序标记（EF BB BF）一侧有、另一侧没有", "a byte order mark (EF BB BF) is on one side and not on the other"),
    ("生成不带 BOM 的 UTF-8", "write UTF-8 without BOM"),
)  # fmt: skip
CONTENT_ONLY = cause(
    "content-only",
    ("只对内容签名", "only the content was hashed"),
    ("只计算了元素的内容，没有包括 <{element}> 本身", "only what is in the element was hashed, without <{element}> itself"),
    ("对整个元素（含开始、结束标记）计算", "hash the whole element with its start and end tag"),
)  # fmt: skip
DIGEST_ALGORITHM = cause(
    "digest-algorithm",
    ("摘要算法不对", "wrong digest algorithm"),
    ("摘要是用 {used} 计算的，应为 {wanted}", "the digest was computed by {used}; it must be {wanted}"),
    ("用 {wanted} 计算摘要", "compute the digest by {wanted}"),
)  # fmt: skip
BYTE_ORDER = cause(
    "byte-order",
    ("字节次序相反", "bytes in reverse order"),
    ("{element} 的字节次序是反的（如 Windows CryptoAPI 的输出）",
     "the bytes of {element} are in reverse order, as Windows' CryptoAPI gives them"),
    ("写入前把字节次序倒过来", "reverse the bytes before writing them"),
)  # fmt: skip
HEX_VALUE = cause(
    "hex-value",
    ("写成了十六进制", "written in hexadecimal"),
    ("{element} 写成了十六进制，应为 Base64", "{element} is in hexadecimal; it must be base64"),
    ("写入 Base64", "write base64"),
)  # fmt: skip
KEY_NAME = cause(
    "key-name",
    ("KeyName 是另一张证书的", "KeyName of another certificate"),
    ("KeyName 写的是 {name}，随附证书的序列号是 {serial}",
     "KeyName says {name}, but the serial number of the certificate sent along is {serial}"),
    ("KeyName 写所附证书的序列号（十六进制）", "write the serial number (hex) of the certificate sent along as KeyName"),
)  # fmt: skip
CONTENT_CHANGED = cause(
    "content-changed",
    ("签名的字节与收到的不同，原因无法确知", "what was hashed is not what came; why cannot be known"),
    ("已知的差错都不能解释：可能是某个值在签名后被改动，也可能是空白被去掉、字符被替换等无法复原的改写；原字节不在报文中{clue}",
     ("no mistake that is known here explains it: a value may have been changed after signing, or blanks taken out, or "
     "characters replaced; the bytes that were hashed are not in the message, so it cannot be told{clue}")),
    ("与签名时保存的字节逐字比较；改动任何内容后都须重新签名",
     "compare with the bytes as they were signed, if they were kept; sign again after any change"),
)  # fmt: skip
NOT_BASE64 = cause(
    "not-base64",
    ("不是 Base64", "not base64"),
    ("{element} 不是 Base64", "{element} is not base64"),
    ("写入 Base64", "write base64"),
)  # fmt: skip
FORM = cause(
    "form",
    ("不是规定格式的签名", "not a signature in the prescribed form"),
    ("报文不能按规定格式读入：{why}", "the message cannot be read in the prescribed form: {why}"),
    ("按规定格式重新生成", "write it anew in the prescribed form"),
)  # fmt: skip
