"""The problems of a signature itself, each fault under its own id: its form, its algorithms, its values."""

from __future__ import annotations

from tempgoods_edi.signing.problem_sources import FAMILY, POLICY, signature_problem
from tempgoods_edi.values import Basis, Bilingual, Problem, Source

_DRAFT = Source(
    Basis.PUBLISHED, "Import client: empty DigestValue, SignatureValue and KeyName are filled in with the card"
)
_SM2 = Source(Basis.PUBLISHED, "Customs XML message specification, May 2022, §6")
_CORE = Source(Basis.PUBLISHED, "W3C XML Signature Syntax and Processing, §3.2 core validation")
_PROFILE = Source(Basis.ASSUMED, "House profile of XML-DSig: one Reference to the one Object, nothing else")
_XML = Source(Basis.PUBLISHED, "W3C Extensible Markup Language (XML) 1.0, §2.1")
_RESIGN = Bilingual("按原文重新签名后再发送", "sign the message again and send it unchanged")
_AS_PROFILE = Bilingual(
    "按规定格式重新生成签名：SignedInfo、SignatureValue、KeyInfo、Object 各一个，依次排列，无其他内容",
    "write the signature in the prescribed form: one SignedInfo, SignatureValue, KeyInfo and Object, in this order, "
    "and nothing else",
)

UNSIGNED_DRAFT = signature_problem(
    1, "报文是未签名的草稿：摘要、签名值和证书号均为空",
    "the message is an unsigned draft: digest, signature value and key name are empty",
    Bilingual("用 IC 卡或密钥签名后再发送", "sign it with a card or key before sending"), _DRAFT,
)  # fmt: skip
NO_SIGNATURE = signature_problem(
    2, "报文没有签名：根元素是 {value}{space}，应为 xmldsig 命名空间的 Signature",
    "the message has no signature: its root is {value}{space}, not Signature in the namespace of xmldsig",
    Bilingual(
        "把 Package 放入 Signature/Object 并签名；Signature 及其内容须属命名空间 http://www.w3.org/2000/09/xmldsig#",
        "put the Package into Signature/Object, in the namespace http://www.w3.org/2000/09/xmldsig#, and sign it",
    ),
    FAMILY,
)  # fmt: skip
HALF_SIGNED = signature_problem(
    3, "签名不完整：{value} 为空", "the signature is incomplete: {value} is empty", _RESIGN, _DRAFT,
)  # fmt: skip
NOT_WELL_FORMED = signature_problem(
    4, "报文不是可读的 XML，无法验证签名：{value}",
    "the message is not readable XML, so its signature cannot be judged: {value}",
    Bilingual("先更正 XML，再签名", "correct the XML first, then sign"), _XML,
)  # fmt: skip
DOCTYPE = signature_problem(
    5, "签名报文不得含 DOCTYPE（实体、DTD）", "a signed message must not have a DOCTYPE (entities, DTD)",
    Bilingual("去掉 DOCTYPE 后重新签名", "remove the DOCTYPE and sign again"), _PROFILE,
)  # fmt: skip
TOO_DEEP = signature_problem(
    6, "元素嵌套超过 {limit} 层", "elements are nested more than {limit} levels deep", _AS_PROFILE, _PROFILE,
)  # fmt: skip
UNEXPECTED = signature_problem(
    7, "{value} 不属于签名的规定格式",
    "{value} does not belong to the prescribed form of a signature", _AS_PROFILE, _PROFILE,
)  # fmt: skip
MISSING = signature_problem(8, "缺少 {value}", "{value} is missing", _AS_PROFILE, FAMILY)
DOUBLED = signature_problem(9, "{value} 出现多次", "{value} stands there more than once", _AS_PROFILE, _PROFILE)
ORDER = signature_problem(10, "{value} 的位置不对", "{value} is not in its place", _AS_PROFILE, FAMILY)
TWO_REFERENCES = signature_problem(
    11, "SignedInfo 有多个 Reference，只允许一个", "SignedInfo has more than one Reference; exactly one is allowed",
    Bilingual("只对 Object 签名", "sign the Object alone"), _PROFILE,
)  # fmt: skip
EXTERNAL_URI = signature_problem(
    12, "Reference 指向报文之外：{value}", "Reference points outside the message: {value}",
    Bilingual("URI 写作 #加 Object 的 Id", "write the URI as # and the Id of the Object"), _PROFILE,
)  # fmt: skip
URI_NOT_OBJECT = signature_problem(
    13, "Reference 的 URI {value} 不指向 Object（Id 为 {object_id}）",
    "the URI {value} of Reference does not name the Object (its Id is {object_id})",
    Bilingual("URI 写作 #加 Object 的 Id", "write the URI as # and the Id of the Object"), _CORE,
)  # fmt: skip
TRANSFORMS = signature_problem(
    14, "Reference 含 Transforms，不允许", "Reference has Transforms; none are allowed",
    Bilingual(
        "去掉 Transforms（空的也不行，signxml 会写出空的）后重新签名",
        "leave Transforms out, also an empty one such as signxml writes, and sign again",
    ), FAMILY,
)  # fmt: skip
DUPLICATE_ID = signature_problem(
    15, "Id {value} 在报文中不唯一", "the Id {value} is not unique in the message",
    Bilingual("Object 以外的元素不要使用此 Id", "let no element but the Object carry this Id"), _CORE,
)  # fmt: skip
C14N_REFUSED = signature_problem(
    16, "规范化算法 {value} 不允许，只接受 C14N 1.0",
    "canonicalization method {value} is refused; only C14N 1.0 is taken",
    Bilingual(
        "使用 http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "use http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    ),
    FAMILY,
)  # fmt: skip
ALGORITHM_UNKNOWN = signature_problem(
    17, "签名算法 {value} 未知", "signature algorithm {value} is not known",
    Bilingual("使用 rsa-sha256", "use rsa-sha256"), POLICY,
)  # fmt: skip
ALGORITHM_NOT_ALLOWED = signature_problem(
    18, "签名策略不允许算法 {value}", "the signature policy does not allow algorithm {value}",
    Bilingual(
        "使用 rsa-sha256；国密签名须选用 sm2-sm3 配置（--profile sm2-sm3）",
        "use rsa-sha256; for SM2 signatures choose the profile sm2-sm3 (--profile sm2-sm3)",
    ),
    POLICY,
)  # fmt: skip
ALGORITHM_LEGACY = signature_problem(
    19, "签名算法 {value} 已过时，当前策略不允许",
    "signature algorithm {value} is outdated and the policy does not allow it",
    Bilingual("使用 rsa-sha256，或改用旧系统策略", "use rsa-sha256, or choose the legacy policy"), POLICY,
)  # fmt: skip
HMAC_REFUSED = signature_problem(
    20, "签名算法 {value} 是 HMAC，不能证明发送人", "signature algorithm {value} is an HMAC, which proves no sender",
    Bilingual("用证书私钥签名，算法 rsa-sha256", "sign with the certificate's private key by rsa-sha256"), POLICY,
)  # fmt: skip
SM2_NOT_AVAILABLE = signature_problem(
    21, "国密算法 {value} 在此不可用：未安装 gmssl-pyx",
    "the national algorithm {value} is not available here: gmssl-pyx is not installed",
    Bilingual(
        '请执行 pip install "tempgoods-edi[sm2]"，或使用 rsa-sha256',
        'run pip install "tempgoods-edi[sm2]", or use rsa-sha256',
    ),
    _SM2,
)  # fmt: skip
TRUNCATED = signature_problem(
    22, "SignatureMethod 含参数 {value}（截短签名），不允许",
    "SignatureMethod has the parameter {value} (a truncated signature); refused",
    Bilingual("去掉该参数后重新签名", "leave the parameter out and sign again"), _PROFILE,
)  # fmt: skip
DIGEST_ALGORITHM = signature_problem(
    23, "摘要算法 {value} 与签名算法不配", "digest algorithm {value} does not go with the signature algorithm",
    Bilingual("rsa-sha256 配 sha256", "rsa-sha256 goes with sha256"), POLICY,
)  # fmt: skip
NOT_BASE64 = signature_problem(
    24, "{name} 不是 Base64", "{name} is not base64", _RESIGN, _CORE,
)  # fmt: skip
DIGEST_WRONG = signature_problem(
    25, "摘要不符：Object 的内容在签名后被改动",
    "the digest does not match: the Object was changed after signing", _RESIGN, _CORE,
)  # fmt: skip
SIGNATURE_WRONG = signature_problem(
    26, "签名值不符：SignedInfo 被改动，或不是用此证书的私钥签名",
    "the signature value does not match: SignedInfo was changed, or another key than this certificate's signed it",
    _RESIGN, _CORE,
)  # fmt: skip
LOOSE_CONTENT = signature_problem(
    41, "{value} 中有注释、处理指令或多余文字", "{value} holds a comment, a processing instruction or loose text",
    Bilingual("Object 以外不得有注释和多余文字", "leave no comments or loose text outside the Object"), _PROFILE,
)  # fmt: skip
TWO_OBJECTS = signature_problem(
    42, "Signature 有多个 Object，只允许一个", "Signature has more than one Object; exactly one is allowed",
    Bilingual("一个报文只放一个 Object", "put one Object into one message"), _PROFILE,
)  # fmt: skip
NOT_CANONICAL = signature_problem(
    43, "{value} 无法规范化（如命名空间为相对地址）",
    "{value} cannot be canonicalized (a relative namespace name, for instance)",
    _AS_PROFILE, _CORE,
)  # fmt: skip

PROBLEMS: tuple[Problem, ...] = (
    UNSIGNED_DRAFT, NO_SIGNATURE, HALF_SIGNED, NOT_WELL_FORMED, DOCTYPE, TOO_DEEP, UNEXPECTED, MISSING, DOUBLED,
    ORDER, TWO_REFERENCES, EXTERNAL_URI, URI_NOT_OBJECT, TRANSFORMS, DUPLICATE_ID, C14N_REFUSED,
    ALGORITHM_UNKNOWN, ALGORITHM_NOT_ALLOWED, ALGORITHM_LEGACY, HMAC_REFUSED, SM2_NOT_AVAILABLE, TRUNCATED,
    DIGEST_ALGORITHM, NOT_BASE64, DIGEST_WRONG, SIGNATURE_WRONG, LOOSE_CONTENT, TWO_OBJECTS, NOT_CANONICAL,
)  # fmt: skip
