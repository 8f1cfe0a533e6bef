"""Every text of lists, write-offs, start page and history in both languages; templates say ``{{ texts.QUERY|say }}``."""

from __future__ import annotations

from tempgoods_edi.values import Bilingual

# Lists
TITLE = Bilingual("{title}查询", "{title}: query")
CONDITIONS = Bilingual("查询条件", "Conditions")
QUERY = Bilingual("查询", "Query")
CLEAR = Bilingual("清空条件", "Clear")
RESULTS = Bilingual("查询结果", "Results")
EXPORT = Bilingual("导出 Excel", "Export to Excel")
ALL = Bilingual("全部", "all")
FROM = Bilingual("起", "from")
TO = Bilingual("止", "to")
VIEW = Bilingual("查看明细/修改", "View / edit")
CHANGE = Bilingual("变更", "Change")
DELETION = Bilingual("备案删除", "Apply for deletion")
NEW = Bilingual("新增", "New")
SELECT = Bilingual("选择", "Select")
SELECT_ROW = Bilingual("选择 {seq_no}", "select {seq_no}")
CHOOSE_FIRST = Bilingual("请先在列表中选中一条数据。", "Select a row of the list first.")
TOTAL = Bilingual("共 {total} 条", "{total} found")
SHOWN = Bilingual("共 {total} 条，第 {first}–{last} 条", "{total} found, {first}–{last} shown")
NOTHING = Bilingual("没有符合条件的数据", "Nothing fits the conditions")
NOTHING_YET = Bilingual("还没有数据", "There is nothing yet")
BEYOND = Bilingual("这一页没有数据，请回到前面的页。", "This page is empty; go back to an earlier one.")
PAGES = Bilingual("分页", "Pages")
PAGE_OF = Bilingual("第 {page} / {pages} 页", "page {page} of {pages}")
FIRST = Bilingual("首页", "First")
PREVIOUS = Bilingual("上一页", "Previous")
NEXT = Bilingual("下一页", "Next")
LAST = Bilingual("末页", "Last")
PER_PAGE = Bilingual("每页", "Per page")
GO = Bilingual("应用", "Apply")
SORT_BY = Bilingual("按“{column}”排序", "sort by {column}")
SORTED_UP, SORTED_DOWN = Bilingual("升序", "ascending"), Bilingual("降序", "descending")
WRONG_CONDITIONS = Bilingual("查询条件有误，请更正后再查询。", "Please correct the conditions and query again.")
WRONG_DAY = Bilingual("“{value}”不是日期", "“{value}” is no date")
WRONG_RANGE = Bilingual("起始日期晚于截止日期", "the first day is after the last")
WRONG_CHOICE = Bilingual("没有“{value}”这个选项", "“{value}” is not one of the values")
TOO_LONG = Bilingual("最多 {most} 个字符", "at most {most} characters")
UNREADABLE = Bilingual("含有不能识别的字符", "contains characters that cannot be read")
COLUMNS = {
    "seq_no": Bilingual("预录入编号", "Pre-entry number"),
    "state": Bilingual("状态", "State"),
    "lines": Bilingual("货物行数", "Goods lines"),
    "updated_at": Bilingual("最后更新", "Last updated"),
    "updated_by": Bilingual("最后操作员", "Last operator"),
}

# Write-off (W27)
WRITE_OFF = Bilingual("核注情况查询", "Write-off query")
WRITE_OFF_HINT = Bilingual(
    "录入原始报关单号或复运报关单号（二者填一项）。报关单的境内外收发货人或申报单位可以查询。",
    "Enter the original or the return entry number (one of the two). Its consignor, consignee and declaring unit may ask.",
)
ORIGINAL = Bilingual("原始报关单号", "Original entry number")
RETURN = Bilingual("复运报关单号", "Return entry number")
EXACTLY_ONE = Bilingual("请只填写其中一项。", "Fill in exactly one of the two.")
ONE_NEEDED = Bilingual("请填写原始报关单号或复运报关单号。", "Fill in the original or the return entry number.")
ENTRY_FORM = Bilingual("报关单号为 18 位数字。", "An entry number has 18 digits.")
NO_WRITE_OFF = Bilingual("没有查到核注数据。", "No write-off data was found.")
NOT_REACHED = Bilingual("现在无法查询：{why}", "This cannot be asked just now: {why}")
NOT_REACHED_FIX = Bilingual(
    "请稍后再查询；如一直不通，请联系系统管理员查看海关通道。您填写的号码仍在。",
    "Please query again later; if it stays so, have the channel to customs looked at. The number you typed is still here.",
)
NOT_SET_UP = Bilingual("本系统没有配置向海关查询的密钥", "this portal has no key to ask customs with")
ASK_AGAIN = Bilingual("再次查询", "Query again")
ITEM = Bilingual("项号", "Item")
GOODS_NAME = Bilingual("商品名称", "Goods")
QUANTITY = Bilingual("报关单数量", "Entered")
UNIT = Bilingual("单位", "Unit")
ENTERED_ON = Bilingual("进/出境日期", "Entry / exit date")
DEADLINE = Bilingual("复运期限", "Return deadline")
RETURNED = Bilingual("已复运", "Returned")
REMAINING = Bilingual("剩余", "Remaining")
STATUS = Bilingual("状态", "Status")
RETURN_ENTRIES = Bilingual("复运报关单", "Return entries")
RETURN_ITEM = Bilingual("复运项号", "Return item")
RETURN_QUANTITY = Bilingual("复运数量", "Quantity")
RETURN_DATE = Bilingual("复运日期", "Date")
NO_RETURNS = Bilingual("尚无复运", "none yet")
LINES = Bilingual("共 {n} 项商品", "{n} lines")

# Start page (W29)
START = Bilingual("首页", "Start page")
NOTHING_WAITS = Bilingual("目前没有待办事项。", "Nothing waits for you.")
CHANNEL_DOWN_HINT = Bilingual(
    "可以照常录入和申报，通道恢复后自动发出，不会重复。",
    "Go on saving and declaring: what is declared goes out by itself once the channel is back, and never twice.",
)
REJECTED = Bilingual("被退回，待修改", "Returned by customs, to be corrected")
REJECTED_HINT = Bilingual("点击原因直接到相应字段。", "Each reason leads to its field.")
FAILED = Bilingual("发往海关失败", "Sending failed")
FAILED_HINT = Bilingual("打开后可再次申报，海关不会重复登记。", "Open and declare again; customs does not register it twice.")
STUCK = Bilingual("申报后长时间没有回执", "No receipt for long")
STUCK_HINT = Bilingual("系统会自动向海关补要回执。", "The receipts are asked for again by themselves.")
DEADLINES = Bilingual("复运期限临近", "Deadlines")
DEADLINES_HINT = Bilingual("需要延期的，请在期限届满前办理延期申报。", "An extension has to be declared before the deadline.")
NO_DEADLINES = Bilingual("30 天内没有到期的货物。", "Nothing falls due within 30 days.")
DRAFTS = Bilingual("草稿", "Drafts")
QUICK = Bilingual("快捷操作", "Quick actions")
NEW_ONE = Bilingual("新增{title}", "New: {title}")
EXTEND = Bilingual("申报延期", "Extend")
DAYS_LEFT = Bilingual("还有 {days} 天", "{days} days left")
DAYS_OVER = Bilingual("已超期 {days} 天", "{days} days overdue")
TODAY = Bilingual("今天到期", "due today")
MORE = Bilingual("还有 {n} 条", "{n} more")
MORE_REASONS = Bilingual("还有 {n} 条原因", "{n} more reasons")

# History (W30)
HISTORY = Bilingual("历史记录", "History")
TIMELINE = Bilingual("经过", "What happened")
VERSIONS = Bilingual("版本", "Versions")
VERSION_KINDS = {
    "1": Bilingual("备案/申报", "filing"),
    "2": Bilingual("第 {n} 次变更", "change no. {n}"),
    "3": Bilingual("备案删除", "deletion"),
}
RECEIPTS = Bilingual("海关回执", "Customs' receipts")
SENDING = Bilingual("报文发送", "Messages sent")
AT = Bilingual("时间", "When")
CUSTOMS, GATEWAY = Bilingual("海关", "customs"), Bilingual("报文网关", "gateway")
RECEIVED_AT, DECIDED_AT = Bilingual("收到时间", "Received"), Bilingual("海关处理时间", "Decided by customs")
RESULT, EFFECT, NOTES = Bilingual("处理结果", "Result"), Bilingual("作用", "Effect"), Bilingual("说明", "Notes")
RAW, READABLE = Bilingual("原始报文", "Raw XML"), Bilingual("查看", "Read")
DOWNLOAD = Bilingual("下载 XML", "Download XML")
NO_RECEIPTS, NO_MESSAGES = Bilingual("还没有回执", "No receipts yet"), Bilingual("还没有发送过", "Nothing sent yet")
ATTEMPTS, MESSAGE_STATE = Bilingual("发送次数", "Attempts"), Bilingual("发送状态", "State")
MESSAGE_ID, SENT_AT = Bilingual("报文编号", "Message id"), Bilingual("发出时间", "Sent")
LAST_ERROR = Bilingual("最近错误", "Last error")
MESSAGE_STATES = {
    "queued": Bilingual("待发送", "queued"),
    "sending": Bilingual("发送中", "being sent"),
    "sent": Bilingual("已发送", "sent"),
    "failed": Bilingual("发送失败", "failed"),
    "answered": Bilingual("已答复", "answered"),
}
BEFORE_AFTER = Bilingual("与前一版本的差异", "What differs from the version before")
NO_DIFFERENCE = Bilingual("没有差异", "no difference")
FIELD, BEFORE, AFTER = Bilingual("字段", "Field"), Bilingual("变更前", "Before"), Bilingual("变更后", "After")
BACK_TO_DECLARATION = Bilingual("返回单证", "Back to the declaration")
BACK_TO_HISTORY = Bilingual("返回历史记录", "Back to the history")
RECEIPT = Bilingual("回执", "Receipt")
AS_READ = Bilingual("可读内容", "As people read it")
AS_RECEIVED = Bilingual("原始内容", "As received")
LEFT_OUT = Bilingual("内容过长，只显示前一部分；请下载全文。", "Too long: only the beginning is shown; download it whole.")
NOT_READABLE = Bilingual("不是可读的报文，原样保存。", "Not a message that can be read; kept as it came.")

# Declarants (W15)
DECLARANTS = Bilingual("报关员", "Declarants")
DECLARANTS_HINT = Bilingual(
    "外借展品清单的“报关员”从这里选择。", "The declarant of a loan list is chosen from these."
)
DECLARANT_NO, DECLARANT_NAME = Bilingual("报关员编号", "Number"), Bilingual("姓名", "Name")
ADD, REMOVE = Bilingual("添加", "Add"), Bilingual("移除", "Remove")
REMOVE_ONE = Bilingual("移除 {name}", "remove {name}")
NO_DECLARANTS = Bilingual("还没有登记报关员。", "No declarants are registered yet.")
DECLARANT_ADDED = Bilingual("已添加 {name}", "{name} is added")
DECLARANT_REMOVED = Bilingual("已移除 {name}", "{name} is removed")
NO_SUCH_DECLARANT = Bilingual("没有这名报关员", "there is no such declarant")
NEEDED = Bilingual("请填写{label}。", "Fill in: {label}.")

# Tokens
TOKENS = Bilingual("接口令牌", "API tokens")
TOKENS_HINT = Bilingual(
    "贵单位的程序凭令牌调用接口（/api/v1）。令牌只显示一次；申报仍须由卡签名。",
    "Programs of your company show a token to the API (/api/v1). It is shown once; declaring still takes a card's signature.",
)
TOKEN_NAME = Bilingual("用途", "What for")
MAKE_TOKEN = Bilingual("新建令牌", "Make a token")
REVOKE = Bilingual("吊销", "Revoke")
REVOKE_ONE = Bilingual("吊销“{name}”", "revoke “{name}”")
REVOKED = Bilingual("已吊销", "revoked")
REVOKED_NOW = Bilingual("令牌已吊销", "The token is revoked")
IN_USE = Bilingual("有效", "valid")
CREATED_AT, USED_AT = Bilingual("建立时间", "Made"), Bilingual("最近使用", "Last used")
MADE_BY = Bilingual("建立人", "Made by")
NEW_TOKEN = Bilingual("请立即复制保存，离开本页后无法再查看：", "Copy it now; it cannot be seen again once you leave this page:")
NO_TOKENS = Bilingual("还没有令牌。", "No tokens yet.")
NO_SUCH_TOKEN = Bilingual("没有这个令牌", "there is no such token")
API_DOCS = Bilingual("接口说明", "API description")
