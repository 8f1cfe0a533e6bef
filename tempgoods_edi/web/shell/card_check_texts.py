"""The texts of the help page's card test; `check.js` fills in what stands in braces."""

from __future__ import annotations

from tempgoods_edi.signing.challenge import CLOCKS_DIFFER, LIFETIME
from tempgoods_edi.values import Bilingual, Lang

TITLE = Bilingual("检测本机和 IC 卡", "Test this computer and the card")
INTRODUCTION = Bilingual(
    "逐项检测登录和申报所需的条件，不需要卡密码。卡的证书（不含私钥）会发给本系统核对。",
    "Tests, one by one, what logging in and declaring need. No password is asked for. "
    "The card's certificate (never its key) goes to this system to be judged.",
)
START = Bilingual("开始检测", "Start the test")
AGAIN = Bilingual("重新检测", "Test again")
OWN_PAGE = Bilingual("打开 IC 卡控件自己的页面", "Open the card control's own page")
ASK_ISSUER = Bilingual("请联系制卡单位", "ask whoever issued the card")

#: The steps in their order: name and heading.
STEPS: tuple[tuple[str, Bilingual], ...] = (
    ("control", Bilingual("IC 卡控件", "Card control")),
    ("site", Bilingual("网站地址", "Address of this site")),
    ("reader", Bilingual("读卡器", "Card reader")),
    ("card", Bilingual("IC 卡", "Card")),
    ("certificate", Bilingual("证书", "Certificate")),
    ("clock", Bilingual("本机时钟", "Clock of this computer")),
)
#: How a step came out, in words.
MARKS: dict[str, Bilingual] = {
    "none": Bilingual("未检测", "not tested"),
    "busy": Bilingual("检测中", "testing"),
    "good": Bilingual("正常", "all right"),
    "attention": Bilingual("注意", "attention"),
    "bad": Bilingual("有问题", "wrong"),
}
#: A clock may be so many seconds behind the portal's, and so many ahead of it.
BEHIND, AHEAD = (int(each.total_seconds()) for each in (CLOCKS_DIFFER, LIFETIME))
#: With so many days left a certificate should be renewed.
SOON = 30

SAID: dict[str, Bilingual] = {
    "control": Bilingual(
        "卡控件已连接（{address}），版本 {version}", "the control answers at {address}, version {version}"
    ),
    "no_version": Bilingual("未知", "unknown"),
    "no_control": Bilingual("尝试的地址：{address}", "tried at {address}"),
    "site": Bilingual("卡控件为本站 {origin} 服务", "the control serves this site, {origin}"),
    "other_site": Bilingual(
        "本页地址是 {here}，登录只能用 {origin}", "this page is at {here}; logging in works at {origin} only"
    ),
    "use_site": Bilingual("用 {origin} 打开本系统", "open this system at {origin}"),
    "readers": Bilingual("找到 {count} 个：{names}", "{count} found: {names}"),
    "card": Bilingual(
        "{operator}，{enterprise}，IC 卡号 {ic}（种类 {kind}，读卡器 {reader}）",
        "{operator}, {enterprise}, card {ic} (kind {kind}, reader {reader})",
    ),
    "blocked": Bilingual("IC 卡 {ic} 已锁定", "the card {ic} is blocked"),
    "unblock": Bilingual("用 PUK 解锁，或联系制卡单位", "unblock it with its PUK, or ask whoever issued it"),
    "few_tries": Bilingual("IC 卡 {ic} 的密码只剩 {left} 次机会", "{left} password tries are left for the card {ic}"),
    "no_guessing": Bilingual("不要猜测，核实密码后再输入", "do not guess; make sure of the password first"),
    "certificate": Bilingual(
        "IC 卡 {ic}：有效期 {begin} 至 {end}，还有 {days} 天；签发机构受本系统信任（{issuer}）",
        "card {ic}: valid from {begin} to {end}, {days} days left; its issuer is trusted here ({issuer})",
    ),
    "dates": Bilingual("IC 卡 {ic}：有效期 {begin} 至 {end}", "card {ic}: valid from {begin} to {end}"),
    "soon": Bilingual("IC 卡 {ic} 的证书还有 {days} 天到期", "the certificate of the card {ic} ends in {days} days"),
    "renew": Bilingual("及早向制卡单位申请新证书", "ask whoever issued it for a new one in good time"),
    "no_portal": Bilingual("本系统没有回答", "this system does not answer"),
    "check_network": Bilingual("检查网络后重试", "check the network and retry"),
    "clock": Bilingual("与服务器相差 {seconds} 秒", "{seconds} s apart from the server's"),
    "slow": Bilingual(
        "比服务器慢 {seconds} 秒；慢过 {limit} 秒就不能登录",
        "{seconds} s behind the server's; beyond {limit} s nobody can log in",
    ),
    "fast": Bilingual(
        "比服务器快 {seconds} 秒；快过 {limit} 秒就不能登录",
        "{seconds} s ahead of the server's; beyond {limit} s nobody can log in",
    ),
    "set_clock": Bilingual(
        "校准本机时间（打开“自动设置时间”）", "set the clock right (switch on “set time automatically”)"
    ),
    "first": Bilingual("先解决上面的问题", "see to what is above first"),
    "done_good": Bilingual("全部正常，可以登录。", "All is well: you can log in."),
    "done_attention": Bilingual("可以登录，但有需要注意的事项。", "You can log in, but something needs attention."),
    "done_bad": Bilingual(
        "有问题：请按提示处理后重新检测。", "Something is wrong: do what is said there, and test again."
    ),
}


def script_texts(lang: Lang) -> dict[str, dict[str, str]]:
    """All texts of the script, in *lang*."""
    return {
        "marks": {name: text.in_(lang) for name, text in MARKS.items()},
        "said": {name: text.in_(lang) for name, text in SAID.items()},
    }
