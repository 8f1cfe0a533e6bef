"""The page on signatures that other verifiers accept and we refuse, with the rule for each."""

from __future__ import annotations

from collections.abc import Mapping

from tempgoods_edi.envelope import problems as envelope
from tempgoods_edi.explain.markdown import Langs, code, page, say, table
from tempgoods_edi.signing import certificate_problems, signature_problems
from tempgoods_edi.signing.policy import C14N, ECDSA_SHA256, RSA_SHA256, SM2_SM3
from tempgoods_edi.values import Bilingual, Problem

_TITLE = Bilingual("接受的签名", "Signatures that are taken")
_TAKEN = Bilingual(
    f"""凡是符合 `xsd/signed.xsd`、且用所带证书能验证的签名，除下表所列外都接受：前缀、缩进、注释（Object 之内）、CDATA、字符引用、
属性引号、命名空间声明、Base64 换行、KeyName 的大小写和前导零等写法不影响结论。规范化只用 `{C14N}`；签名算法
`{RSA_SHA256}`、`{ECDSA_SHA256}`，国密配置加 `{SM2_SM3}`，旧系统配置加 rsa-sha1。""",
    f"""Every signature that `xsd/signed.xsd` accepts and that is right under the certificate it carries is taken, but for those in
the table: prefixes, indents, comments within the Object, CDATA, character references, quotes, namespace declarations, line
breaks in base64, case and leading zeros of KeyName do not matter. Canonicalization is `{C14N}`; signature algorithms are
`{RSA_SHA256}` and `{ECDSA_SHA256}`, with the national profile `{SM2_SM3}`, with the legacy one rsa-sha1.""",
)
_RULE, _WHAT, _WHY = Bilingual("编号", "rule"), Bilingual("拒绝的内容", "refused"), Bilingual("原因", "why")

#: What is refused though it is verifiable → what that is, and why.
REFUSED_BY_POLICY: Mapping[Problem, tuple[Bilingual, Bilingual]] = {
    envelope.WRONG_ENCODING: (
        Bilingual("UTF-8 以外的编码（UTF-16、GB18030 等）", "encodings other than UTF-8 (UTF-16, GB18030 …)"),
        Bilingual("报文规范规定 UTF-8；各系统转码不一", "messages are UTF-8; programs recode differently"),
    ),
    envelope.DOCTYPE: (
        Bilingual("DOCTYPE", "a DOCTYPE"),
        Bilingual("实体和缺省属性可改变内容", "entities and default attributes change what is read"),
    ),
    signature_problems.UNEXPECTED: (
        Bilingual("SignedInfo、KeyInfo 等处的 xsi: 属性", "xsi: attributes outside the content"),
        Bilingual("签名部分只有规定的属性", "the signature's own part has the prescribed attributes only"),
    ),
    signature_problems.LOOSE_CONTENT: (
        Bilingual("Object 之外的注释和处理指令", "comments and processing instructions outside the Object"),
        Bilingual("验证程序对其处理不一，曾被用于攻击", "verifiers differ about them, and attacks have used that"),
    ),
    signature_problems.URI_NOT_OBJECT: (
        Bilingual("用 XPointer 写的 Reference", "a Reference written as XPointer"),
        Bilingual("只有 #Id 一种写法不会有歧义", "#Id alone leaves no doubt what is meant"),
    ),
    signature_problems.C14N_REFUSED: (
        Bilingual(
            "其他规范化算法（C14N 1.1、Exclusive、WithComments）",
            "other canonicalizations (1.1, exclusive, with comments)",
        ),
        Bilingual("同族系统只用 C14N 1.0", "the sibling systems use C14N 1.0 alone"),
    ),
    signature_problems.ALGORITHM_UNKNOWN: (
        Bilingual(
            "sha224、sha384、sha512、RSA-PSS、ecdsa-sha1 等签名算法",
            "signature algorithms with sha224, sha384, sha512; RSA-PSS; ecdsa-sha1 …",
        ),
        Bilingual("签名策略只列出上述算法", "the policy names the algorithms above, and no others"),
    ),
    signature_problems.ALGORITHM_NOT_ALLOWED: (
        Bilingual("未选用国密配置时的 SM2", "SM2 where the national profile is not chosen"),
        Bilingual("须由接收方选用", "the receiver has to choose it"),
    ),
    signature_problems.ALGORITHM_LEGACY: (
        Bilingual("未选用旧系统配置时的 rsa-sha1", "rsa-sha1 where the legacy profile is not chosen"),
        Bilingual("SHA-1 已不安全", "SHA-1 is not safe any more"),
    ),
    signature_problems.DIGEST_ALGORITHM: (
        Bilingual("与签名算法不配的摘要算法", "a digest algorithm other than the signature algorithm's"),
        Bilingual("强度以较弱者为准", "the weaker of the two would count"),
    ),
    certificate_problems.KEY_NAME_DIFFERS: (
        Bilingual("KeyName 不是证书序列号", "a KeyName that is not the certificate's serial number"),
        Bilingual("海关按证书号查找证书", "customs look certificates up by it"),
    ),
    certificate_problems.CERTIFICATE_NOT_KNOWN: (
        Bilingual("未带证书，且证书号未登记", "no certificate in the message, and none known by that name"),
        Bilingual("无从得知用哪个公钥验证", "nothing tells which key to verify with"),
    ),
    certificate_problems.WEAK_KEY: (
        Bilingual("短于 2048 位的 RSA 密钥", "RSA keys shorter than 2048 bits"),
        Bilingual("可被破解", "they can be broken"),
    ),
    certificate_problems.WEAK_CERTIFICATE: (
        Bilingual("用 MD5 或 SHA-1 签发的证书", "certificates issued with MD5 or SHA-1"),
        Bilingual("可被伪造", "they can be forged"),
    ),
}


def signature_page(langs: Langs) -> str:
    """The page for ``docs/reference/``."""
    rows = [(code(problem.id), say(what, langs), say(why, langs)) for problem, (what, why) in REFUSED_BY_POLICY.items()]
    return page(
        f"# {say(_TITLE, langs)}",
        *(_TAKEN.in_(lang) for lang in langs),
        table((_RULE, _WHAT, _WHY), rows, langs),
    )
