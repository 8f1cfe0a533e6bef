"""The errors of control, reader, card and request: a code, two texts, and what to do."""

from __future__ import annotations

from msgspec import Struct

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual


class Trouble(Struct, frozen=True):
    """One kind of card error.

    :ivar code: what programs tell it by; never reused.
    :ivar text: template, filled by `CardError`.
    :ivar fix: what to do about it; a template too.
    """

    code: str
    text: Bilingual
    fix: Bilingual


class CardError(TempgoodsError):
    """An error of a card, a reader or the control.

    :ivar tries_left: how many wrong PINs (or PUKs, when one was asked for) are left; None where it does not matter.
    """

    def __init__(self, trouble: Trouble, tries_left: int | None = None, **params: object) -> None:
        super().__init__(trouble.text.format(left=tries_left, **params))
        self.trouble = trouble
        self.tries_left = tries_left
        self._params = params

    @property
    def code(self) -> str:
        """The error code for programs."""
        return self.trouble.code

    @property
    def fix(self) -> Bilingual:
        """What the user can do about the error."""
        return self.trouble.fix.format(left=self.tries_left, **self._params)

    def filled(self, **params: object) -> CardError:
        """A copy of the error, with *params* filled in that were not known where it was raised."""
        return CardError(self.trouble, self.tries_left, **{**self._params, **params})


_CALL = Bilingual("请联系制卡单位", "ask whoever issued the card")
_TELL = Bilingual("请联系系统维护人员", "tell whoever maintains the system")

NO_READER = Trouble(
    "no-reader",
    Bilingual("没有找到读卡器", "no card reader was found"),
    Bilingual("接好读卡器，安装其驱动程序后再试", "connect the reader, install its driver, and retry"),
)
NO_CARD = Trouble(
    "no-card",
    Bilingual("读卡器中没有 IC 卡", "there is no card in the reader"),
    Bilingual("插入 IC 卡（芯片朝上）后再试", "insert the card, chip upwards, and retry"),
)
UNREADABLE_CARD = Trouble(
    "unreadable-card",
    Bilingual("读卡器中的卡无法读取", "the card in the reader cannot be read"),
    Bilingual("重新插卡；仍不行请换卡", "insert the card again; if that does not help, have it replaced"),
)
WRONG_CARD = Trouble(
    "wrong-card",
    Bilingual("读卡器中没有卡号为 {card} 的卡", "the card {card} is in no reader"),
    Bilingual("插入登录时所用的卡", "insert the card that was used to log in"),
)
CHOOSE_CARD = Trouble(
    "choose-card",
    Bilingual("插有 {count} 张卡，请选择一张", "{count} cards are inserted: choose one"),
    Bilingual("选择要使用的卡，或只留一张", "choose the card to use, or leave only one inserted"),
)
WRONG_PIN = Trouble(
    "wrong-pin",
    Bilingual("卡密码错误，还可以试 {left} 次", "wrong card password; {left} tries are left"),
    Bilingual("核对后重新输入卡密码", "check the password and type it again"),
)
BAD_PIN_FORM = Trouble(
    "pin-form",
    Bilingual("卡密码应为 {least} 至 {most} 位字母或数字", "a card password has {least} to {most} letters or digits"),
    Bilingual("重新输入（此次不计错误次数）", "type it again (this did not count as a try)"),
)
BLOCKED = Trouble(
    "blocked",
    Bilingual("卡密码多次输错，卡已锁定", "the card is blocked: too many wrong passwords"),
    Bilingual(
        "用 PUK（8 位解锁码）解锁，或联系制卡单位", "unblock it with its PUK (8 digits), or ask whoever issued it"
    ),
)
WRONG_PUK = Trouble(
    "wrong-puk",
    Bilingual("PUK 错误，还可以试 {left} 次", "wrong PUK; {left} tries are left"),
    Bilingual("核对随卡发放的 PUK 后重新输入", "check the PUK that came with the card and type it again"),
)
WRONG_GLOBAL_PIN = Trouble(
    "wrong-global-pin",
    Bilingual("卡的全局密码错误，还可以试 {left} 次", "wrong global password of the card; {left} tries are left"),
    Bilingual(
        "此卡要求输入全局密码，而不是 PIV 应用密码；核对后重新输入",
        "this card wants its global password, not that of its PIV application: check it and type it again",
    ),
)
GLOBAL_BLOCKED = Trouble(
    "global-blocked",
    Bilingual("卡的全局密码多次输错，已锁定", "the card's global password is blocked: too many wrong ones"),
    Bilingual(
        "PUK 只能解锁 PIV 应用密码，不能解锁全局密码；请联系制卡单位",
        "the PUK lifts a block of the PIV application's password only: ask whoever issued the card",
    ),
)
NOT_BY_PUK = Trouble(
    "not-by-puk",
    Bilingual("此卡使用全局密码，PUK 不能解锁它", "this card uses its global password, which no PUK unblocks"),
    Bilingual("请联系制卡单位（没有发送 PUK）", "ask whoever issued the card (no PUK was sent to it)"),
)
PUK_BLOCKED = Trouble(
    "puk-blocked", Bilingual("PUK 多次输错，此卡已作废", "too many wrong PUKs: the card is spent"), _CALL
)
PULLED_OUT = Trouble(
    "pulled-out",
    Bilingual("操作过程中卡被拔出", "the card was pulled out meanwhile"),
    Bilingual("插回 IC 卡，完成前不要拔出，再试一次", "put the card back, leave it in until all is done, and retry"),
)
BUSY = Trouble(
    "busy",
    Bilingual("读卡器正忙", "the reader is busy"),
    Bilingual("等正在进行的操作完成后再试", "wait until what is under way is done, and retry"),
)
NO_PYSCARD = Trouble(
    "no-pyscard",
    Bilingual("没有安装读卡组件 pyscard", "the component that reads cards (pyscard) is not installed"),
    Bilingual(
        '执行 pip install "tempgoods-edi[card]" 后重启卡控件',
        'install it by pip install "tempgoods-edi[card]" and restart the control',
    ),
)
NO_LIBRARY = Trouble(
    "no-pcsc-library",
    Bilingual("本机没有 PC/SC 库（libpcsclite）", "this computer has no PC/SC library (libpcsclite)"),
    Bilingual("安装 pcscd 软件包后再试", "install the package pcscd and retry"),
)
NO_SERVICE = Trouble(
    "no-pcsc-service",
    Bilingual("智能卡服务没有运行", "the smart-card service is not running"),
    Bilingual(
        "启动该服务（Linux：systemctl start pcscd；Windows：Smart Card）后再试",
        "start it (Linux: systemctl start pcscd; Windows: Smart Card) and retry",
    ),
)
NOT_ALLOWED = Trouble(
    "pcsc-not-allowed",
    Bilingual("本用户无权使用智能卡服务或读卡器", "this user may not use the smart-card service or its readers"),
    Bilingual(
        "请管理员用 polkit 规则允许本用户（动作 org.debian.pcsc-lite.access_pcsc 与 access_card），"
        "或在本机桌面会话中启动卡控件；没有系统总线的机器上，启动 pcscd 时加 --disable-polkit",
        "have the administrator allow this user by a polkit rule (actions org.debian.pcsc-lite.access_pcsc and access_card),"
        " or start the control in a desktop session of this computer; where no system bus runs, pcscd --disable-polkit",
    ),
)
SERVICE_FULL = Trouble(
    "pcsc-service-full",
    Bilingual("智能卡服务资源不足", "the smart-card service has no room for one more program"),
    Bilingual(
        "关闭其他使用读卡器的程序，或重启智能卡服务后再试",
        "close other programs that use readers, or restart the service, and retry",
    ),
)
UNSUPPORTED_READER = Trouble(
    "unsupported-reader",
    Bilingual(
        "智能卡服务不支持此读卡器或其驱动程序", "the smart-card service cannot work with this reader or its driver"
    ),
    Bilingual("更新读卡器驱动程序，或换用其他读卡器", "update the reader's driver, or use another reader"),
)
READER_GONE = Trouble(
    "reader-gone",
    Bilingual("读卡器已断开", "the reader was disconnected"),
    Bilingual("重新连接读卡器后再试", "connect the reader again and retry"),
)
IN_USE = Trouble(
    "in-use",
    Bilingual("另一个程序正独占此卡", "another program has the card for itself"),
    Bilingual("关闭正在使用此卡的其他程序后再试", "close the other program that uses the card, and retry"),
)
UNKNOWN_CARD = Trouble(
    "unknown-card",
    Bilingual("不是本系统所用的卡（无 PIV 应用）", "not a card for this system (it has no PIV application)"),
    Bilingual("插入制卡单位发放的 IC 卡", "insert the card that was issued for it"),
)
NO_CERTIFICATE = Trouble("no-certificate", Bilingual("卡中没有证书", "the card holds no certificate"), _CALL)
NO_SIGNING_KEY = Trouble(
    "no-signing-key",
    Bilingual(
        "卡的 {place} 号位置没有证书，不改用其他密钥签名",
        "the card's place {place} holds no certificate, and no other key signs in its stead",
    ),
    Bilingual(
        "{instead}请制卡单位在 {place} 号位置写入证书",
        "{instead}have whoever issued the card put a certificate into place {place}",
    ),
)
UNFIT_KEY = Trouble(
    "unfit-key",
    Bilingual(
        "卡的 {place} 号密钥是 {found}，不能签名报文；也不改用其他密钥签名",
        "the card's key {place} is {found}, which cannot sign messages, and no other key signs in its stead",
    ),
    Bilingual(
        "{instead}请制卡单位把 {place} 号换成 RSA-2048、P-256 或 SM2 密钥",
        "{instead}have whoever issued the card put an RSA-2048, P-256 or SM2 key into place {place}",
    ),
)
UNREADABLE_CERTIFICATE = Trouble(
    "unreadable-certificate",
    Bilingual(
        "卡的 {place} 号证书无法读取：{reason}；也不改用其他密钥签名",
        "the card's certificate in place {place} cannot be read: {reason}; no other key signs in its stead",
    ),
    Bilingual(
        "{instead}请制卡单位重新写入 {place} 号证书",
        "{instead}have whoever issued the card write the certificate in place {place} anew",
    ),
)
CARD_ANSWERED = Trouble(
    "card-answered",
    Bilingual("卡拒绝了操作（状态 {status}）", "the card refused (status {status})"),
    Bilingual("重新插卡后再试；仍不行请联系制卡单位", "insert the card again and retry; else ask whoever issued it"),
)
PCSC_FAILED = Trouble(
    "pcsc-failed",
    Bilingual("智能卡服务报错 {number}", "the smart-card service reports error {number}"),
    Bilingual(
        "重新插卡；仍不行请重新连接读卡器、重启智能卡服务，再不行请把错误号告诉系统维护人员",
        "insert the card again; if that does not help, reconnect the reader and restart the service;"
        " else tell the number to whoever maintains the system",
    ),
)
REFUSED_ORIGIN = Trouble(
    "refused-origin",
    Bilingual("卡控件不为网站 {origin} 服务", "the card control does not serve the site {origin}"),
    Bilingual(
        "确认网址无误；若是本单位的系统，启动卡控件时用 --origin 写上此网址",
        "check the address; if it is your own system, start the control with --origin and that address",
    ),
)
NOT_A_CHALLENGE = Trouble(
    "not-a-challenge",
    Bilingual("拒绝签名：{reason}", "refused to sign: {reason}"),
    Bilingual("重新打开登录页再试", "open the login page again and retry"),
)
NOT_A_MESSAGE = Trouble(
    "not-a-message",
    Bilingual(
        "拒绝签名：内容不是可以核对的报文（{reason}）", "refused to sign: no message that can be shown ({reason})"
    ),
    _TELL,
)
OTHER_ENTERPRISE = Trouble(
    "other-enterprise",
    Bilingual(
        "报文属于企业 {message}，卡属于企业 {card}", "the message is of enterprise {message}, the card of {card}"
    ),
    Bilingual("使用本企业的卡", "use a card of the message's enterprise"),
)
TOO_BIG = Trouble(
    "too-big",
    Bilingual("报文 {size} 字节，超过 {limit} 字节", "the message has {size} bytes, more than {limit}"),
    Bilingual("减少商品行数，分批申报", "declare it in parts, with fewer lines each"),
)
BAD_REQUEST = Trouble(
    "bad-request", Bilingual("请求无法理解：{reason}", "the request cannot be understood: {reason}"), _TELL
)
UNKNOWN_METHOD = Trouble(
    "unknown-method", Bilingual("卡控件没有方法 {method}", "the card control has no method {method}"), _TELL
)
REPLAYED = Trouble(
    "replayed",
    Bilingual("此请求已经用过", "this request was made before"),
    Bilingual("重新打开网页再试", "open the page again and retry"),
)
CONFIRM = Trouble(
    "confirm",
    Bilingual("须在卡控件自己的网页上核对后签名", "what is signed must be looked at on the control's own page"),
    Bilingual("到卡控件的页面上签名", "go on to the control's page and sign there"),
)
UNUSABLE = Trouble(
    "unusable-key", Bilingual("卡中密钥不能用于签名：{reason}", "the card's key cannot sign: {reason}"), _CALL
)
FAILED = Trouble("failed", Bilingual("卡控件出错：{reason}", "the card control failed: {reason}"), _TELL)
