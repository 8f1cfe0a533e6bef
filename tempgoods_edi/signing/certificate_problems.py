"""The problems of a signer's certificate, its CA and its revocation, each fault under its own id."""

from __future__ import annotations

from tempgoods_edi.signing.problem_sources import FAMILY, POLICY, signature_problem
from tempgoods_edi.values import Basis, Bilingual, Problem, Severity, Source

_PKIX = Source(Basis.ASSUMED, "RFC 5280 §6: certification path validation")
_CARD = Source(
    Basis.ASSUMED, "用户手册 1.1：录入单位、操作员取自登录的IC卡；a platform's own certificate is for queries only"
)
_OTHER_DAY = Bilingual(
    "证书与判断的日期不配：更正时钟或日期（--today），或使用在该日有效的证书（测试密钥：keys make --on 日期）",
    "certificate and day do not fit: set the clock or the day judged on (--today) right, or use a certificate that is "
    "valid on that day (for tests: keys make --on DAY)",
)

NO_KEY_INFO = signature_problem(
    27, "缺少 KeyInfo，不知道用哪张证书签名", "KeyInfo is missing: nothing tells which certificate signed",
    Bilingual("写入 KeyName（证书号）和 X509Certificate", "write KeyName (the serial number) and X509Certificate"),
    FAMILY,
)  # fmt: skip
KEY_NAME_DIFFERS = signature_problem(
    28, "KeyName {value} 与证书序列号 {serial} 不一致",
    "KeyName {value} is not the certificate's serial number {serial}",
    Bilingual("KeyName 写证书序列号（十六进制）", "write the certificate's serial number (hex) as KeyName"), FAMILY,
)  # fmt: skip
CERTIFICATE_UNREADABLE = signature_problem(
    29, "X509Certificate 不是可读的证书", "X509Certificate is not a readable certificate",
    Bilingual("写入签名证书（DER，Base64）", "write the signing certificate (DER, base64)"), _PKIX,
)  # fmt: skip
CERTIFICATE_NOT_KNOWN = signature_problem(
    30, "报文未带证书，且证书号 {value} 未登记",
    "the message carries no certificate, and the key name {value} is not known here",
    Bilingual("随报文发送证书，或先登记证书", "send the certificate along, or have it registered first"), FAMILY,
)  # fmt: skip
NOT_CHECKED = signature_problem(
    31, "没有指定信任的 CA，证书 {value} 未经核对：不能断定由谁签名",
    "no trusted CA was named, so certificate {value} was not checked: who signed is undecided",
    Bilingual(
        "指定信任的 CA 证书文件（--trust 或 TEMPGOODS_TRUST）；确要接受任何签名人时用 --any-signer",
        "name the file of trusted CA certificates (--trust or TEMPGOODS_TRUST); to take any signer at all, --any-signer",
    ),
    _PKIX, Severity.UNDECIDED,
)  # fmt: skip
UNTRUSTED = signature_problem(
    32, "证书 {value} 不是受信任的 CA 签发", "certificate {value} was not issued by a trusted CA",
    Bilingual("使用电子口岸 CA 签发的证书", "use a certificate of a CA that is trusted here"), _PKIX,
)  # fmt: skip
NOT_YET_VALID = signature_problem(
    33, "证书 {value} 自 {begin} 起才有效，而判断的时间是 {now}",
    "certificate {value} is not valid before {begin}, and it is judged at {now}",
    _OTHER_DAY, _PKIX,
)  # fmt: skip
EXPIRED = signature_problem(
    34, "证书 {value} 已于 {end} 过期，而判断的时间是 {now}",
    "certificate {value} expired on {end}, and it is judged at {now}",
    Bilingual(
        "换发 IC 卡证书后重新签名；若判断的日期不对，更正时钟或日期（--today）",
        "have the card's certificate renewed and sign again; if the day judged on is wrong, set the clock or the day "
        "(--today) right",
    ),
    _PKIX,
)  # fmt: skip
REVOKED = signature_problem(
    35, "证书 {value} 已于 {since} 吊销", "certificate {value} was revoked on {since}",
    Bilingual("使用有效的 IC 卡重新签名", "sign again with a card that is in force"), _PKIX,
)  # fmt: skip
CRL_STALE = signature_problem(
    36, "吊销列表已于 {end} 过期，而判断的时间是 {now}，证书 {value} 是否吊销未能确认",
    "the revocation list ran out on {end}, and it is judged at {now}: whether certificate {value} is revoked is not "
    "certain",
    Bilingual(
        "更新吊销列表；若判断的日期不对，更正时钟或日期（--today）",
        "fetch a newer revocation list; if the day judged on is wrong, set the clock or the day (--today) right",
    ),
    _PKIX, Severity.UNDECIDED,
)  # fmt: skip
KEY_USAGE = signature_problem(
    37, "证书 {value} 不是签名证书（密钥用途不含数字签名）",
    "certificate {value} is not for signing (key usage lacks digitalSignature)",
    Bilingual("使用签名证书，不要用加密证书", "use the signing certificate, not the encryption one"), _PKIX,
)  # fmt: skip
WEAK_KEY = signature_problem(
    38, "证书 {value} 的密钥只有 {bits} 位，至少需 {least} 位",
    "the key of certificate {value} has only {bits} bits; at least {least} are needed",
    Bilingual("换用更长的密钥", "use a longer key"), POLICY,
)  # fmt: skip
WEAK_CERTIFICATE = signature_problem(
    39, "证书 {value} 由过时的摘要算法 {hash} 签发", "certificate {value} was issued with the outdated digest {hash}",
    Bilingual("换发证书，或改用旧系统策略", "have the certificate renewed, or choose the legacy policy"), POLICY,
)  # fmt: skip
KEY_KIND = signature_problem(
    40, "证书 {value} 的密钥与签名算法 {algorithm} 不配",
    "the key of certificate {value} does not go with signature algorithm {algorithm}",
    Bilingual("签名算法须与密钥种类一致", "let the signature algorithm match the kind of key"), POLICY,
)  # fmt: skip
NO_ENTERPRISE = signature_problem(
    44, "签名证书 {value} 不是企业的卡（证书中没有海关十位编码），不能用于申报",
    "certificate {value} is no enterprise's card (it tells no customs code): nothing can be declared with it",
    Bilingual("用录入单位的IC卡签名", "sign with a card of the entering unit"), _CARD,
)  # fmt: skip
AUTHORITY_NOT_IN_FORCE = signature_problem(
    45, "证书 {value} 由受信任的 CA 签发，但该 CA 的证书只在 {begin} 至 {end} 有效，而判断的时间是 {now}",
    "certificate {value} was issued by a trusted CA, but that CA's own certificate is valid from {begin} to {end}, "
    "and it is judged at {now}",
    _OTHER_DAY, _PKIX,
)  # fmt: skip
ANY_SIGNER = signature_problem(
    46, "按要求接受任何签名人：证书 {value} 未与 CA 核对，其内容只是自称",
    "any signer is taken, as asked: certificate {value} was not checked against a CA, and what it says is only claimed",
    Bilingual("指定信任的 CA 证书文件", "name the file of trusted CA certificates"), _PKIX, Severity.WARNING,
)  # fmt: skip
CRL_MISSING = signature_problem(
    47, "没有此刻有效、且涉及证书 {value} 的吊销列表，是否吊销未能确认",
    "no revocation list that is in force by now speaks of certificate {value}: whether it is revoked is not certain",
    Bilingual("指定签发该证书的 CA 的现行吊销列表", "name the present revocation list of the CA that issued it"), _PKIX,
    Severity.UNDECIDED,
)  # fmt: skip
CRITICAL_EXTENSION = signature_problem(
    48, "证书 {serial} 含不能识别的关键扩展 {value}",
    "certificate {serial} has the critical extension {value}, which is not understood here",
    Bilingual("使用不含该扩展的证书", "use a certificate without this extension"), _PKIX,
)  # fmt: skip
EXTENDED_KEY_USAGE = signature_problem(
    49, "证书 {value} 的扩展密钥用途不含签名（应含客户端身份验证、电子邮件、文档签名或任意用途）",
    "certificate {value} is not for signing messages (its extended key usage has none of: client authentication, e-mail, "
    "document signing, any)",
    Bilingual("使用签名证书，不要用服务器或时间戳证书", "use a signing certificate, not a server's or a time stamp's"),
    _PKIX,
)  # fmt: skip
NAME_CONSTRAINTS = signature_problem(
    50, "证书 {value} 的名称超出其 CA 可签发的范围（名称约束）",
    "certificate {value} has a name that its CA may not issue for (name constraints)",
    Bilingual("由有权签发该名称的 CA 换发证书", "have it issued by a CA that may issue for this name"), _PKIX,
)  # fmt: skip

PROBLEMS: tuple[Problem, ...] = (
    NO_KEY_INFO, KEY_NAME_DIFFERS, CERTIFICATE_UNREADABLE, CERTIFICATE_NOT_KNOWN, NOT_CHECKED, UNTRUSTED,
    NOT_YET_VALID, EXPIRED, REVOKED, CRL_STALE, KEY_USAGE, WEAK_KEY, WEAK_CERTIFICATE, KEY_KIND, NO_ENTERPRISE,
    AUTHORITY_NOT_IN_FORCE, ANY_SIGNER, CRL_MISSING, CRITICAL_EXTENSION, EXTENDED_KEY_USAGE, NAME_CONSTRAINTS,
)  # fmt: skip
