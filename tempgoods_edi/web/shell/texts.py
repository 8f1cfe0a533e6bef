"""Every text of the shell in both languages; templates say ``{{ shell.SIGN_OUT|say }}``."""

from __future__ import annotations

from tempgoods_edi.values import Bilingual

PORTAL = Bilingual("暂时进出境货物管理系统", "Temporary Import and Export of Goods")
SKIP = Bilingual("跳到正文", "Skip to content")
SIGN_IN = Bilingual("登录", "Log in")
SIGN_OUT = Bilingual("退出", "Log out")
ENTERPRISE = Bilingual("录入单位", "Company")
OPERATOR = Bilingual("操作员", "Operator")
CUSTOMS_CODE = Bilingual("海关十位编码", "Customs code")
MENU = Bilingual("菜单", "Menu")
OTHER_LANGUAGE = Bilingual("English", "中文")
HELP = Bilingual("帮助", "Help")
OFFICERS_DESK = Bilingual("模拟海关（审单）", "Simulated customs (officers’ desk)")
BACK = Bilingual("返回", "Back")
TO_START = Bilingual("返回首页", "To the start page")
CLOSE = Bilingual("关闭", "Close")
ACCOUNT = Bilingual("登录信息", "Logged in")
DISCLAIMER = Bilingual(
    "本系统用于演示和测试，所接“海关”为模拟器，回执没有法律效力。",
    "For demonstration and testing: the “customs” behind it is a simulator; its receipts mean nothing.",
)

# Log in
LOGIN_HEAD = Bilingual("插卡登录", "Log in with your IC card")
LOGIN_HINT = Bilingual(
    "请将卡介质插入读卡器，输入卡密码，点击“登录”。",
    "Put your card into the reader, type the card password and press “Log in”.",
)
CARD = Bilingual("卡", "Card")
CARD_PASSWORD = Bilingual("卡密码", "Card password")
LOOKING_FOR_CARDS = Bilingual("正在查找卡…", "Looking for cards…")
LOGGING_IN = Bilingual("正在登录…", "Logging in…")
LOOK_AGAIN = Bilingual("重新读卡", "Look again")
PASSWORD_STAYS = Bilingual(
    "卡密码只交给本机的 IC 卡控件，不会发送到服务器。",
    "The password goes to the card control on this computer only, never to the server.",
)
LOGIN_BY_AGENT = Bilingual("通过 IC 卡控件登录", "Log in through the card control")
LOGIN_BY_AGENT_HINT = Bilingual(
    "浏览器未启用 JavaScript：点击下面的按钮，在 IC 卡控件的页面中输入卡密码。",
    "Without JavaScript: press the button below and type the card password on the card control's own page.",
)
CARD_PROBLEMS = Bilingual("登录遇到问题？", "Problems with your card?")
AGENT_STEP = Bilingual(
    "将打开本机的 IC 卡控件，由它显示要签名的内容并询问卡密码。两分钟内有效。",
    "The card control on this computer opens next; it shows what is to be signed and asks for the password. "
    "Valid for two minutes.",
)
CONTINUE_TO_AGENT = Bilingual("前往 IC 卡控件", "Go to the card control")
CONFIRM_LOGIN = Bilingual("确认登录", "Confirm the log-in")
SIGNED_BY_CARD = Bilingual(
    "卡已签名，请点击“确认登录”进入系统。", "Your card has signed. Press “Confirm the log-in” to enter."
)
LOGGED_OUT = Bilingual("您已安全退出。", "You are logged out.")
SESSION_ENDED = Bilingual("登录已过期或已退出，请重新登录。", "Your session has ended. Please log in again.")
CHALLENGE_GONE = Bilingual(
    "登录请求已过期或已使用过，请重新登录。",
    "This log-in request has expired or was used already. Please log in again.",
)
LOGIN_INCOMPLETE = Bilingual("登录请求不完整，请重新登录。", "The log-in request is incomplete. Please log in again.")
TOO_MANY_LOGINS = Bilingual("登录过于频繁，请在 {time} 之后再试。", "Too many log-ins. Please try again after {time}.")

# Flash
DONE = Bilingual("完成", "Done")

# Errors
#: What did not fit a request, by the names of its parameters.
UNFIT = Bilingual("{text}（{names}）", "{text} ({names})")
ERROR_TITLES: dict[int, Bilingual] = {
    400: Bilingual("请求有误", "The request is wrong"),
    401: Bilingual("请先登录", "Please log in"),
    403: Bilingual("不能执行", "Not allowed"),
    404: Bilingual("没有找到", "Not found"),
    405: Bilingual("不支持的操作", "Not possible here"),
    409: Bilingual("现在不能执行", "Not possible now"),
    413: Bilingual("内容太大", "Too large"),
    421: Bilingual("地址不对", "Wrong address"),
    422: Bilingual("数据有误", "Something is wrong with the data"),
    429: Bilingual("过于频繁", "Too often"),
    500: Bilingual("系统出错", "Something went wrong"),
    503: Bilingual("暂时不能办理", "Not available just now"),
}
ERROR_TEXTS: dict[int, Bilingual] = {
    400: Bilingual("服务器不能理解这个请求。", "The server does not understand this request."),
    401: Bilingual("请插卡登录后继续。", "Log in with your card to go on."),
    403: Bilingual("这个请求没有得到许可。", "This request is not allowed."),
    404: Bilingual("没有这个页面，或没有这份数据。", "There is no such page, or no such data."),
    405: Bilingual("这个地址不支持这种操作。", "This address does not take this kind of request."),
    409: Bilingual("数据的状态不允许这个操作。", "The state of the data does not allow this."),
    413: Bilingual(
        "提交的内容超过 {limit} MB。请减少内容后再提交。", "What was sent is larger than {limit} MB. Please send less."
    ),
    422: Bilingual("提交的数据不符合要求。", "The data sent is not what is needed."),
    429: Bilingual("请稍后再试。", "Please try again later."),
    500: Bilingual(
        "这是我们的错误，数据没有丢失；请稍后再试。编号：{reference}",
        "The mistake is ours and nothing saved is lost; please try again later. Reference: {reference}",
    ),
    503: Bilingual("请稍后再试。", "Please try again later."),
}
WRONG_HOST = Bilingual("请用这个地址访问：{origin}", "Please use this address: {origin}")
FOREIGN_ORIGIN = Bilingual(
    "这个请求来自其他网站，没有执行。", "This request came from another site and was not carried out."
)
STALE_FORM = Bilingual(
    "页面已过期（可能已重新登录），为安全起见没有执行。请检查后再次提交；您填写的内容仍在。",
    "This page is out of date (perhaps you logged in again), so nothing was done, to be safe. "
    "Please check and submit again; what you typed is still here.",
)
SESSION_ENDED_TYPED = Bilingual(
    "登录已过期。请在新窗口登录，然后回到这里再次提交；您填写的内容仍在。",
    "Your session has ended. Log in in another window, then come back here and submit again; what you typed is still here.",
)
FILES_AGAIN = Bilingual("上传的文件需要重新选择。", "Files have to be chosen again.")
SUBMIT_AGAIN = Bilingual("再次提交", "Submit again")
LOGIN_ELSEWHERE = Bilingual("在新窗口登录", "Log in in another window")
