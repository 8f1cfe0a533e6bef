"""The texts of the help page about cards and log-in."""

from __future__ import annotations

from tempgoods_edi.values import Bilingual

TITLE = Bilingual("卡与登录的帮助", "Help with cards and log-in")
INTRODUCTION = Bilingual(
    "登录和申报都由 IC 卡签名。卡由本机的“IC 卡控件”读取，卡密码只在本机使用。",
    "Logging in and declaring are signed by your IC card. The card control on your computer reads the card; "
    "the password is used there only.",
)
#: Heading, and what to do.
TOPICS: tuple[tuple[str, Bilingual, tuple[Bilingual, ...]], ...] = (
    (
        "agent",
        Bilingual("未检测到 IC 卡控件", "The card control was not found"),
        (
            Bilingual(
                "确认本机已安装并启动 IC 卡控件。",
                "Make sure the card control is installed and running on this computer.",
            ),
            Bilingual("命令行启动：tempgoods-edi card-agent。", "Start it from a terminal: tempgoods-edi card-agent."),
            Bilingual(
                "浏览器询问是否允许访问本机设备时，请选择“允许”。",
                "If the browser asks whether this page may reach devices on your computer, allow it.",
            ),
        ),
    ),
    (
        "reader",
        Bilingual("没有读卡器", "No card reader"),
        (
            Bilingual(
                "将读卡器插入 USB 口，指示灯应亮起。", "Plug the reader into a USB port; its light should go on."
            ),
            Bilingual("换一个 USB 口或重新启动 IC 卡控件。", "Try another USB port, or start the card control again."),
        ),
    ),
    (
        "card",
        Bilingual("没有卡", "No card"),
        (
            Bilingual("将卡芯片朝上插入读卡器，插到底。", "Put the card into the reader, chip up, as far as it goes."),
            Bilingual("插入后点击“重新读卡”。", "Then press “Look again”."),
        ),
    ),
    (
        "password",
        Bilingual("卡密码错误", "Wrong card password"),
        (
            Bilingual(
                "提示中会显示剩余次数。次数用完，卡即锁定。",
                "The message says how many tries are left; after the last one the card is blocked.",
            ),
            Bilingual("请不要连续猜测；向卡的管理员核实密码。", "Don't go on guessing: ask whoever manages the cards."),
        ),
    ),
    (
        "blocked",
        Bilingual("卡已锁定", "The card is blocked"),
        (
            Bilingual("锁定的卡不能登录，也不能签名。", "A blocked card can neither log in nor sign."),
            Bilingual(
                "持卡到制卡机构解锁（演示卡：tempgoods-edi card unblock，需要解锁码 PUK）。",
                "Have the issuer unblock it (demonstration cards: tempgoods-edi card unblock, with the PUK).",
            ),
        ),
    ),
    (
        "trust",
        Bilingual("证书不受信任或已过期", "The certificate is not trusted, or has expired"),
        (
            Bilingual("使用制卡机构签发的、在有效期内的卡。", "Use a card from the issuer, within its validity."),
            Bilingual("检查电脑的日期和时间。", "Check the date and time of your computer."),
        ),
    ),
)
