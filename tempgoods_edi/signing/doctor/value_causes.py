"""The causes that lie in the signature value and its key."""

from __future__ import annotations

from tempgoods_edi.signing.doctor.cause import cause

_KEYS = ("用与证书配对的私钥签名，并随报文发送该证书", "sign with the key of the certificate that is sent along")

SIGNATURE_METHOD = cause(
    "signature-method",
    ("SignatureMethod 与实际算法不同", "SignatureMethod is not what was used"),
    ("签名值是用 {used} 计算的，SignatureMethod 写的是 {wanted}",
     "the signature value was made by {used}, but SignatureMethod says {wanted}"),
    ("让 SignatureMethod 与所用算法一致", "let SignatureMethod name the algorithm that is used"),
)  # fmt: skip
DER_VALUE = cause(
    "der-instead-of-raw",
    ("签名值是 DER", "the signature value is DER"),
    ("签名值是 DER（SEQUENCE r, s）；XML 签名中应为 r‖s 共 64 字节",
     "the value is DER (SEQUENCE of r and s); XML signatures have r‖s, 64 bytes"),
    ("把 r、s 各写成 32 字节，首尾相接", "write r and s as 32 bytes each, one after the other"),
)  # fmt: skip
USER_ID = cause(
    "sm2-user-id",
    ("SM2 用户标识不同", "another SM2 user id"),
    ("SM2 签名用的用户标识是“{used}”，应为 1234567812345678",
     "the SM2 signature was made with the user id “{used}”; it must be 1234567812345678"),
    ("用户标识用 1234567812345678（openssl：-sigopt distid:1234567812345678）",
     "use the user id 1234567812345678 (openssl: -sigopt distid:1234567812345678)"),
)  # fmt: skip
HASHED_TWICE = cause(
    "hashed-twice",
    ("摘要做了两次", "hashed twice"),
    ("签名函数自己会做摘要，而交给它的已是摘要", "what was handed to the signing function was a digest already"),
    ("把规范化的 SignedInfo 交给签名函数", "hand the canonical SignedInfo to the signing function"),
)  # fmt: skip
OVER_OBJECT = cause(
    "value-over-object",
    ("对 Object 而不是 SignedInfo 签名", "the Object was signed, not SignedInfo"),
    ("签名值是对 Object 计算的；应对 SignedInfo 计算", "the signature value is over the Object; it must be over SignedInfo"),
    ("签名值对规范化的 SignedInfo 计算", "sign the canonical SignedInfo"),
)  # fmt: skip
PSS_PADDING = cause(
    "pss-padding",
    ("用了 RSA-PSS 填充", "RSA-PSS padding"),
    ("签名值用 RSA-PSS 填充；算法规定 PKCS#1 v1.5", "the value has RSA-PSS padding; the algorithm demands PKCS#1 v1.5"),
    ("签名时选 PKCS#1 v1.5 填充", "choose PKCS#1 v1.5 padding when signing"),
)  # fmt: skip
WRONG_CERTIFICATE = cause(
    "wrong-certificate",
    ("证书不是签名人的", "another key's certificate"),
    ("签名值不是证书 {serial} 的私钥做的{other}", "the signature value was not made with the key of certificate {serial}{other}"),
    _KEYS,
)  # fmt: skip
SIGNED_INFO_CHANGED = cause(
    "signed-info-changed",
    ("签的不是这份 SignedInfo", "another SignedInfo was signed"),
    ("签名值确由此证书的私钥所做（RSA 填充完好），但签的不是这份 SignedInfo：签名后被改动，或签名时写法不同",
     ("the value was made with this certificate's key (its RSA padding is whole), but not over this SignedInfo: "
     "it was changed after signing, or written otherwise when signed")),
    ("改动任何内容后都须重新签名；签名值对规范化的 SignedInfo 计算",
     "sign again after any change; sign the canonical SignedInfo"),
)  # fmt: skip
CHANGED_OR_OTHER_KEY = cause(
    "changed-or-other-key",
    ("SignedInfo 被改动，或证书不是签名人的", "SignedInfo changed, or another key's certificate"),
    ("签名值不符；椭圆曲线签名无法区分是 SignedInfo 被改动还是证书不对",
     ("the value does not fit; of an elliptic-curve signature nobody can tell whether SignedInfo was changed "
     "or the certificate is another's")),
    ("用 --cert 给出签名人的证书再试；否则重新签名", "try again with the signer's certificate as --cert; else sign again"),
)  # fmt: skip
NO_CERTIFICATE = cause(
    "no-certificate",
    ("没有证书，无法验证签名值", "no certificate to verify with"),
    ("报文未带可读的证书（KeyName {name}）", "the message carries no readable certificate (KeyName {name})"),
    ("用 --cert 给出签名人的证书", "give the signer's certificate as --cert"),
)  # fmt: skip
BARE_DIGEST = cause(
    "bare-digest",
    ("RSA 签名缺少 DigestInfo 或填充", "RSA without DigestInfo or padding"),
    ("签名值里是{form}；PKCS#1 v1.5 规定 00 01 FF … 00 加 DigestInfo",
     "the value holds {form}; PKCS#1 v1.5 demands 00 01 FF … 00 and DigestInfo"),
    ("用会加 DigestInfo 的签名函数（SHA256withRSA、CKM_SHA256_RSA_PKCS），不要用 NONEwithRSA 或裸的 RSA 运算",
     "sign by a function that adds DigestInfo (SHA256withRSA, CKM_SHA256_RSA_PKCS), not by NONEwithRSA or bare RSA"),
)  # fmt: skip
OTHER_KEY_OR_DAMAGED = cause(
    "other-key-or-damaged",
    ("证书不是签名人的，或签名值被损坏", "another key's certificate, or a damaged value"),
    ("用证书 {serial} 的公钥解开签名值，得不到任何可识别的 RSA 填充：是另一把私钥签的，或签名值本身被改动；二者无法区分",
     ("under the key of certificate {serial} the value shows no RSA padding that can be recognised: another key made it, "
     "or the value itself was changed; which of them cannot be known")),
    ("用 --cert 给出签名人的证书再试；并查签名值是否完整",
     "try again with the signer's certificate as --cert; see that the value is whole"),
)  # fmt: skip
