"""Everything that can be wrong with a signature, each fault under its own id."""

from __future__ import annotations

from tempgoods_edi.values import Basis, Bilingual, Problem, Severity, Source

_FAMILY = Source(
    Basis.PUBLISHED, "Signed messages of the sibling systems: Signature/Object/Package, C14N 1.0, no transforms"
)
_DRAFT = Source(
    Basis.PUBLISHED, "Import client: empty DigestValue, SignatureValue and KeyName are filled in with the card"
)
_SM2 = Source(Basis.PUBLISHED, "Customs XML message specification, May 2022, §6")
_CORE = Source(Basis.PUBLISHED, "W3C XML Signature Syntax and Processing, §3.2 core validation")
_PROFILE = Source(Basis.ASSUMED, "House profile of XML-DSig: one Reference to the one Object, nothing else")
_POLICY = Source(
    Basis.ASSUMED, "Signature policy: rsa-sha256 and ecdsa-sha256; rsa-sha1 only when the policy says legacy"
)
_PKIX = Source(Basis.ASSUMED, "RFC 5280 §6: certification path validation")
_CARD = Source(
    Basis.ASSUMED, "用户手册 1.1：录入单位、操作员取自登录的IC卡；a platform's own certificate is for queries only"
)
_XML = Source(Basis.PUBLISHED, "W3C Extensible Markup Language (XML) 1.0, §2.1")

_RESIGN = Bilingual("按原文重新签名后再发送", "sign the message again and send it unchanged")
_AS_PROFILE = Bilingual(
    "按规定格式重新生成签名：SignedInfo、SignatureValue、KeyInfo、Object 各一个，依次排列，无其他内容",
    "write the signature in the prescribed form: one SignedInfo, SignatureValue, KeyInfo and Object, in this order, "
    "and nothing else",
)
_OTHER_DAY = Bilingual(
    "证书与判断的日期不配：更正时钟或日期（--today），或使用在该日有效的证书（测试密钥：keys make --on 日期）",
    "certificate and day do not fit: set the clock or the day judged on (--today) right, or use a certificate that is "
    "valid on that day (for tests: keys make --on DAY)",
)


def _problem(
    number: int, zh: str, en: str, fix: Bilingual, source: Source, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(
        id=f"TG-SIG-{number:03d}", text=Bilingual(zh, en), fix=fix, source=source, severity=severity,
        retriable=False,
    )  # fmt: skip


UNSIGNED_DRAFT = _problem(
    1, "报文是未签名的草稿：摘要、签名值和证书号均为空",
    "the message is an unsigned draft: digest, signature value and key name are empty",
    Bilingual("用 IC 卡或密钥签名后再发送", "sign it with a card or key before sending"), _DRAFT,
)  # fmt: skip
NO_SIGNATURE = _problem(
    2, "报文没有签名：根元素是 {value}{space}，应为 xmldsig 命名空间的 Signature",
    "the message has no signature: its root is {value}{space}, not Signature in the namespace of xmldsig",
    Bilingual(
        "把 Package 放入 Signature/Object 并签名；Signature 及其内容须属命名空间 http://www.w3.org/2000/09/xmldsig#",
        "put the Package into Signature/Object, in the namespace http://www.w3.org/2000/09/xmldsig#, and sign it",
    ),
    _FAMILY,
)  # fmt: skip
HALF_SIGNED = _problem(
    3, "签名不完整：{value} 为空", "the signature is incomplete: {value} is empty", _RESIGN, _DRAFT,
)  # fmt: skip
NOT_WELL_FORMED = _problem(
    4, "报文不是可读的 XML，无法验证签名：{value}",
    "the message is not readable XML, so its signature cannot be judged: {value}",
    Bilingual("先更正 XML，再签名", "correct the XML first, then sign"), _XML,
)  # fmt: skip
DOCTYPE = _problem(
    5, "签名报文不得含 DOCTYPE（实体、DTD）", "a signed message must not have a DOCTYPE (entities, DTD)",
    Bilingual("去掉 DOCTYPE 后重新签名", "remove the DOCTYPE and sign again"), _PROFILE,
)  # fmt: skip
TOO_DEEP = _problem(
    6, "元素嵌套超过 {limit} 层", "elements are nested more than {limit} levels deep", _AS_PROFILE, _PROFILE,
)  # fmt: skip
UNEXPECTED = _problem(
    7, "{value} 不属于签名的规定格式",
    "{value} does not belong to the prescribed form of a signature", _AS_PROFILE, _PROFILE,
)  # fmt: skip
MISSING = _problem(8, "缺少 {value}", "{value} is missing", _AS_PROFILE, _FAMILY)
DOUBLED = _problem(9, "{value} 出现多次", "{value} stands there more than once", _AS_PROFILE, _PROFILE)
ORDER = _problem(10, "{value} 的位置不对", "{value} is not in its place", _AS_PROFILE, _FAMILY)
TWO_REFERENCES = _problem(
    11, "SignedInfo 有多个 Reference，只允许一个", "SignedInfo has more than one Reference; exactly one is allowed",
    Bilingual("只对 Object 签名", "sign the Object alone"), _PROFILE,
)  # fmt: skip
EXTERNAL_URI = _problem(
    12, "Reference 指向报文之外：{value}", "Reference points outside the message: {value}",
    Bilingual("URI 写作 #加 Object 的 Id", "write the URI as # and the Id of the Object"), _PROFILE,
)  # fmt: skip
URI_NOT_OBJECT = _problem(
    13, "Reference 的 URI {value} 不指向 Object（Id 为 {object_id}）",
    "the URI {value} of Reference does not name the Object (its Id is {object_id})",
    Bilingual("URI 写作 #加 Object 的 Id", "write the URI as # and the Id of the Object"), _CORE,
)  # fmt: skip
TRANSFORMS = _problem(
    14, "Reference 含 Transforms，不允许", "Reference has Transforms; none are allowed",
    Bilingual(
        "去掉 Transforms（空的也不行，signxml 会写出空的）后重新签名",
        "leave Transforms out, also an empty one such as signxml writes, and sign again",
    ), _FAMILY,
)  # fmt: skip
DUPLICATE_ID = _problem(
    15, "Id {value} 在报文中不唯一", "the Id {value} is not unique in the message",
    Bilingual("Object 以外的元素不要使用此 Id", "let no element but the Object carry this Id"), _CORE,
)  # fmt: skip
C14N_REFUSED = _problem(
    16, "规范化算法 {value} 不允许，只接受 C14N 1.0",
    "canonicalization method {value} is refused; only C14N 1.0 is taken",
    Bilingual(
        "使用 http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "use http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    ),
    _FAMILY,
)  # fmt: skip
ALGORITHM_UNKNOWN = _problem(
    17, "签名算法 {value} 未知", "signature algorithm {value} is not known",
    Bilingual("使用 rsa-sha256", "use rsa-sha256"), _POLICY,
)  # fmt: skip
ALGORITHM_NOT_ALLOWED = _problem(
    18, "签名策略不允许算法 {value}", "the signature policy does not allow algorithm {value}",
    Bilingual(
        "使用 rsa-sha256；国密签名须选用 sm2-sm3 配置（--profile sm2-sm3）",
        "use rsa-sha256; for SM2 signatures choose the profile sm2-sm3 (--profile sm2-sm3)",
    ),
    _POLICY,
)  # fmt: skip
ALGORITHM_LEGACY = _problem(
    19, "签名算法 {value} 已过时，当前策略不允许",
    "signature algorithm {value} is outdated and the policy does not allow it",
    Bilingual("使用 rsa-sha256，或改用旧系统策略", "use rsa-sha256, or choose the legacy policy"), _POLICY,
)  # fmt: skip
HMAC_REFUSED = _problem(
    20, "签名算法 {value} 是 HMAC，不能证明发送人", "signature algorithm {value} is an HMAC, which proves no sender",
    Bilingual("用证书私钥签名，算法 rsa-sha256", "sign with the certificate's private key by rsa-sha256"), _POLICY,
)  # fmt: skip
SM2_NOT_AVAILABLE = _problem(
    21, "国密算法 {value} 在此不可用：未安装 gmssl-pyx",
    "the national algorithm {value} is not available here: gmssl-pyx is not installed",
    Bilingual(
        '请执行 pip install "tempgoods-edi[sm2]"，或使用 rsa-sha256',
        'run pip install "tempgoods-edi[sm2]", or use rsa-sha256',
    ),
    _SM2,
)  # fmt: skip
TRUNCATED = _problem(
    22, "SignatureMethod 含参数 {value}（截短签名），不允许",
    "SignatureMethod has the parameter {value} (a truncated signature); refused",
    Bilingual("去掉该参数后重新签名", "leave the parameter out and sign again"), _PROFILE,
)  # fmt: skip
DIGEST_ALGORITHM = _problem(
    23, "摘要算法 {value} 与签名算法不配", "digest algorithm {value} does not go with the signature algorithm",
    Bilingual("rsa-sha256 配 sha256", "rsa-sha256 goes with sha256"), _POLICY,
)  # fmt: skip
NOT_BASE64 = _problem(
    24, "{name} 不是 Base64", "{name} is not base64", _RESIGN, _CORE,
)  # fmt: skip
DIGEST_WRONG = _problem(
    25, "摘要不符：Object 的内容在签名后被改动",
    "the digest does not match: the Object was changed after signing", _RESIGN, _CORE,
)  # fmt: skip
SIGNATURE_WRONG = _problem(
    26, "签名值不符：SignedInfo 被改动，或不是用此证书的私钥签名",
    "the signature value does not match: SignedInfo was changed, or another key than this certificate's signed it",
    _RESIGN, _CORE,
)  # fmt: skip
NO_KEY_INFO = _problem(
    27, "缺少 KeyInfo，不知道用哪张证书签名", "KeyInfo is missing: nothing tells which certificate signed",
    Bilingual("写入 KeyName（证书号）和 X509Certificate", "write KeyName (the serial number) and X509Certificate"),
    _FAMILY,
)  # fmt: skip
KEY_NAME_DIFFERS = _problem(
    28, "KeyName {value} 与证书序列号 {serial} 不一致",
    "KeyName {value} is not the certificate's serial number {serial}",
    Bilingual("KeyName 写证书序列号（十六进制）", "write the certificate's serial number (hex) as KeyName"), _FAMILY,
)  # fmt: skip
CERTIFICATE_UNREADABLE = _problem(
    29, "X509Certificate 不是可读的证书", "X509Certificate is not a readable certificate",
    Bilingual("写入签名证书（DER，Base64）", "write the signing certificate (DER, base64)"), _PKIX,
)  # fmt: skip
CERTIFICATE_NOT_KNOWN = _problem(
    30, "报文未带证书，且证书号 {value} 未登记",
    "the message carries no certificate, and the key name {value} is not known here",
    Bilingual("随报文发送证书，或先登记证书", "send the certificate along, or have it registered first"), _FAMILY,
)  # fmt: skip
NOT_CHECKED = _problem(
    31, "没有指定信任的 CA，证书 {value} 未经核对：不能断定由谁签名",
    "no trusted CA was named, so certificate {value} was not checked: who signed is undecided",
    Bilingual(
        "指定信任的 CA 证书文件（--trust 或 TEMPGOODS_TRUST）；确要接受任何签名人时用 --any-signer",
        "name the file of trusted CA certificates (--trust or TEMPGOODS_TRUST); to take any signer at all, --any-signer",
    ),
    _PKIX, Severity.UNDECIDED,
)  # fmt: skip
UNTRUSTED = _problem(
    32, "证书 {value} 不是受信任的 CA 签发", "certificate {value} was not issued by a trusted CA",
    Bilingual("使用电子口岸 CA 签发的证书", "use a certificate of a CA that is trusted here"), _PKIX,
)  # fmt: skip
NOT_YET_VALID = _problem(
    33, "证书 {value} 自 {begin} 起才有效，而判断的时间是 {now}",
    "certificate {value} is not valid before {begin}, and it is judged at {now}",
    _OTHER_DAY, _PKIX,
)  # fmt: skip
EXPIRED = _problem(
    34, "证书 {value} 已于 {end} 过期，而判断的时间是 {now}",
    "certificate {value} expired on {end}, and it is judged at {now}",
    Bilingual(
        "换发 IC 卡证书后重新签名；若判断的日期不对，更正时钟或日期（--today）",
        "have the card's certificate renewed and sign again; if the day judged on is wrong, set the clock or the day "
        "(--today) right",
    ),
    _PKIX,
)  # fmt: skip
REVOKED = _problem(
    35, "证书 {value} 已于 {since} 吊销", "certificate {value} was revoked on {since}",
    Bilingual("使用有效的 IC 卡重新签名", "sign again with a card that is in force"), _PKIX,
)  # fmt: skip
CRL_STALE = _problem(
    36, "吊销列表已于 {end} 过期，而判断的时间是 {now}，证书 {value} 是否吊销未能确认",
    "the revocation list ran out on {end}, and it is judged at {now}: whether certificate {value} is revoked is not "
    "certain",
    Bilingual(
        "更新吊销列表；若判断的日期不对，更正时钟或日期（--today）",
        "fetch a newer revocation list; if the day judged on is wrong, set the clock or the day (--today) right",
    ),
    _PKIX, Severity.UNDECIDED,
)  # fmt: skip
KEY_USAGE = _problem(
    37, "证书 {value} 不是签名证书（密钥用途不含数字签名）",
    "certificate {value} is not for signing (key usage lacks digitalSignature)",
    Bilingual("使用签名证书，不要用加密证书", "use the signing certificate, not the encryption one"), _PKIX,
)  # fmt: skip
WEAK_KEY = _problem(
    38, "证书 {value} 的密钥只有 {bits} 位，至少需 {least} 位",
    "the key of certificate {value} has only {bits} bits; at least {least} are needed",
    Bilingual("换用更长的密钥", "use a longer key"), _POLICY,
)  # fmt: skip
WEAK_CERTIFICATE = _problem(
    39, "证书 {value} 由过时的摘要算法 {hash} 签发", "certificate {value} was issued with the outdated digest {hash}",
    Bilingual("换发证书，或改用旧系统策略", "have the certificate renewed, or choose the legacy policy"), _POLICY,
)  # fmt: skip
KEY_KIND = _problem(
    40, "证书 {value} 的密钥与签名算法 {algorithm} 不配",
    "the key of certificate {value} does not go with signature algorithm {algorithm}",
    Bilingual("签名算法须与密钥种类一致", "let the signature algorithm match the kind of key"), _POLICY,
)  # fmt: skip
LOOSE_CONTENT = _problem(
    41, "{value} 中有注释、处理指令或多余文字", "{value} holds a comment, a processing instruction or loose text",
    Bilingual("Object 以外不得有注释和多余文字", "leave no comments or loose text outside the Object"), _PROFILE,
)  # fmt: skip
TWO_OBJECTS = _problem(
    42, "Signature 有多个 Object，只允许一个", "Signature has more than one Object; exactly one is allowed",
    Bilingual("一个报文只放一个 Object", "put one Object into one message"), _PROFILE,
)  # fmt: skip
NOT_CANONICAL = _problem(
    43, "{value} 无法规范化（如命名空间为相对地址）",
    "{value} cannot be canonicalized (a relative namespace name, for instance)",
    _AS_PROFILE, _CORE,
)  # fmt: skip
NO_ENTERPRISE = _problem(
    44, "签名证书 {value} 不是企业的卡（证书中没有海关十位编码），不能用于申报",
    "certificate {value} is no enterprise's card (it tells no customs code): nothing can be declared with it",
    Bilingual("用录入单位的IC卡签名", "sign with a card of the entering unit"), _CARD,
)  # fmt: skip
AUTHORITY_NOT_IN_FORCE = _problem(
    45, "证书 {value} 由受信任的 CA 签发，但该 CA 的证书只在 {begin} 至 {end} 有效，而判断的时间是 {now}",
    "certificate {value} was issued by a trusted CA, but that CA's own certificate is valid from {begin} to {end}, "
    "and it is judged at {now}",
    _OTHER_DAY, _PKIX,
)  # fmt: skip
ANY_SIGNER = _problem(
    46, "按要求接受任何签名人：证书 {value} 未与 CA 核对，其内容只是自称",
    "any signer is taken, as asked: certificate {value} was not checked against a CA, and what it says is only claimed",
    Bilingual("指定信任的 CA 证书文件", "name the file of trusted CA certificates"), _PKIX, Severity.WARNING,
)  # fmt: skip
CRL_MISSING = _problem(
    47, "没有此刻有效、且涉及证书 {value} 的吊销列表，是否吊销未能确认",
    "no revocation list that is in force by now speaks of certificate {value}: whether it is revoked is not certain",
    Bilingual("指定签发该证书的 CA 的现行吊销列表", "name the present revocation list of the CA that issued it"), _PKIX,
    Severity.UNDECIDED,
)  # fmt: skip
CRITICAL_EXTENSION = _problem(
    48, "证书 {serial} 含不能识别的关键扩展 {value}",
    "certificate {serial} has the critical extension {value}, which is not understood here",
    Bilingual("使用不含该扩展的证书", "use a certificate without this extension"), _PKIX,
)  # fmt: skip
EXTENDED_KEY_USAGE = _problem(
    49, "证书 {value} 的扩展密钥用途不含签名（应含客户端身份验证、电子邮件、文档签名或任意用途）",
    "certificate {value} is not for signing messages (its extended key usage has none of: client authentication, e-mail, "
    "document signing, any)",
    Bilingual("使用签名证书，不要用服务器或时间戳证书", "use a signing certificate, not a server's or a time stamp's"),
    _PKIX,
)  # fmt: skip
NAME_CONSTRAINTS = _problem(
    50, "证书 {value} 的名称超出其 CA 可签发的范围（名称约束）",
    "certificate {value} has a name that its CA may not issue for (name constraints)",
    Bilingual("由有权签发该名称的 CA 换发证书", "have it issued by a CA that may issue for this name"), _PKIX,
)  # fmt: skip

PROBLEMS: tuple[Problem, ...] = (
    UNSIGNED_DRAFT, NO_SIGNATURE, HALF_SIGNED, NOT_WELL_FORMED, DOCTYPE, TOO_DEEP, UNEXPECTED, MISSING, DOUBLED, ORDER,
    TWO_REFERENCES, EXTERNAL_URI, URI_NOT_OBJECT, TRANSFORMS, DUPLICATE_ID, C14N_REFUSED, ALGORITHM_UNKNOWN,
    ALGORITHM_NOT_ALLOWED, ALGORITHM_LEGACY, HMAC_REFUSED, SM2_NOT_AVAILABLE, TRUNCATED, DIGEST_ALGORITHM, NOT_BASE64,
    DIGEST_WRONG, SIGNATURE_WRONG, NO_KEY_INFO, KEY_NAME_DIFFERS, CERTIFICATE_UNREADABLE, CERTIFICATE_NOT_KNOWN,
    NOT_CHECKED, UNTRUSTED, NOT_YET_VALID, EXPIRED, REVOKED, CRL_STALE, KEY_USAGE, WEAK_KEY, WEAK_CERTIFICATE, KEY_KIND,
    LOOSE_CONTENT, TWO_OBJECTS, NOT_CANONICAL, NO_ENTERPRISE, AUTHORITY_NOT_IN_FORCE, ANY_SIGNER,
    CRL_MISSING, CRITICAL_EXTENSION, EXTENDED_KEY_USAGE, NAME_CONSTRAINTS,
)  # fmt: skip
"""All of them, in the order of their ids: the catalogue is generated from this."""
