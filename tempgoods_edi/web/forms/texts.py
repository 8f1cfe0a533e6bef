"""Every text of the form pages in both languages; templates say ``{{ texts.SAVE|say }}``."""

from __future__ import annotations

from tempgoods_edi.values import Bilingual

NEW = Bilingual("新增", "New")
SAVE = Bilingual("暂存", "Save draft")
DELETE = Bilingual("删除", "Delete")
DECLARE = Bilingual("申报", "Declare")
PRINT = Bilingual("打印", "Print")
CHANGE = Bilingual("变更", "Change")
DELETION = Bilingual("备案删除", "Apply for deletion")
HISTORY = Bilingual("历史", "History")
CANCEL = Bilingual("取消", "Cancel")
CLOSE = Bilingual("关闭", "Close")
BACK = Bilingual("返回", "Back")
YES_DELETE = Bilingual("确定删除", "Yes, delete")

STATE = Bilingual("状态", "State")
SEQ_NO = Bilingual("预录入编号", "Pre-entry number")
VERSION = Bilingual("第 {n} 次变更", "change no. {n}")
NOT_SAVED = Bilingual("未暂存", "not saved")
UPDATED = Bilingual("最后保存", "Last saved")
AFTER_FIRST_SAVE = Bilingual("暂存后自动返填", "given on the first save")
AFTER_APPROVAL = Bilingual("海关审核通过后返填", "given when customs approves")
NOT_TO_FILL = Bilingual("无需填写", "not to be filled in")
LEGEND = Bilingual(
    "黄色底色：申报必填；黄色底色加 *：暂存必填", "Yellow: needed to declare; yellow with *: needed to save"
)
DRAFT_NEEDED = Bilingual("暂存必填", "needed to save")
READ_ONLY = Bilingual("当前状态下只能查看，不能修改。", "In this state it can be read, not changed.")
CHOOSE = Bilingual("请选择", "choose")
NO_DECLARANTS = Bilingual("请先登记报关员", "register your declarants first")
ON_LEAVING = Bilingual("页面有未暂存的修改，确定放弃吗？", "There are unsaved changes. Leave them?")
DISCARD = Bilingual("放弃修改", "Leave the changes")
STAY = Bilingual("留在此页", "Stay here")

SAVED = Bilingual("已暂存，预录入编号 {seq_no}", "Saved; pre-entry number {seq_no}")
NOT_SAVED_SUMMARY = Bilingual("未能暂存：请先改正以下 {n} 处", "Not saved: please correct these {n} first")
TO_CORRECT = Bilingual("申报前须改正 {n} 处", "{n} to correct before declaring")
TO_NOTICE = Bilingual("请留意 {n} 处", "{n} to notice")
NOT_DECLARED = Bilingual(
    "已暂存，但不能申报：请改正以下 {n} 处", "Saved, but cannot be declared: please correct these {n}"
)
MORE_FINDINGS = Bilingual("另有 {n} 处未列出", "{n} more are not listed")
NO_DATA_SAVED_YET = Bilingual("您填写的内容仍在页面上。", "What you typed is still on the page.")
AT_LINE = Bilingual("第 {n} 行", "line {n}")

REASONS = Bilingual("海关退单原因", "Customs' reasons")
REASONS_HINT = Bilingual("请按海关意见修改后再次申报。", "Please correct and declare again.")
WAS = Bilingual("申报值", "declared")
IS = Bilingual("现值", "now")

GOODS = Bilingual("货物信息", "Goods")
GOODS_CLOSED = Bilingual("点击“新增”录入一行货物。", "Press “New line” to enter a line.")
LINE_NEW = Bilingual("新增", "New line")
LINE_EDIT = Bilingual("修改", "Edit")
LINE_COPY = Bilingual("复制", "Copy")
LINE_DELETE = Bilingual("删除选中", "Delete selected")
LINE_DONE = Bilingual("确定", "OK")
LINE_CANCEL = Bilingual("取消", "Cancel")
LINE_DONE_NEW = Bilingual("确定并新增", "OK and next line")
LINE_IS_NEW = Bilingual("新增一行", "new line")
PICK = Bilingual("选择", "Select")
PICK_ALL = Bilingual("选择本页全部", "Select all on this page")
PASTE = Bilingual("粘贴", "Paste")
PASTE_HINT = Bilingual(
    "从 Excel 复制后粘贴到下面（第一行为表头；列名用字段中文名、英文名或标签）。",
    "Copy from Excel and paste below (first row: headings, the field names in Chinese or English, or tags).",
)
IMPORT = Bilingual("导入 Excel", "Import Excel")
IMPORT_HINT = Bilingual("选择 .xlsx 或 .csv 文件", "Choose an .xlsx or .csv file")
IMPORT_APPEND = Bilingual("追加到现有货物之后", "add behind the lines there are")
IMPORT_REPLACE = Bilingual("替换现有货物", "replace the lines there are")
IMPORTED = Bilingual("已读入 {n} 行，{errors} 处有误", "{n} lines read, {errors} faults")
TEMPLATE = Bilingual("下载模板", "Download template")
TOTALS = Bilingual("合计", "Totals")
LINES = Bilingual("共 {n} 行", "{n} lines")
PAGE_OF = Bilingual("第 {page} / {pages} 页", "page {page} of {pages}")
PREVIOUS = Bilingual("上一页", "Previous")
NEXT = Bilingual("下一页", "Next")
NO_LINES = Bilingual("还没有货物", "No lines yet")

ENTRY_GOODS = Bilingual("报关单商品查询", "Look up entry goods")
ENTRY_NO = Bilingual("报关单海关编号", "Entry number")
ITEM_NO = Bilingual("商品序号", "Item number")
ITEM_NO_HINT = Bilingual("录入报关单海关编号后方可录入", "only once an entry number is there")
SEARCH = Bilingual("查询", "Look up")
TAKE_OVER = Bilingual("勾选返填", "Take over ticked lines")
NOTHING_FOUND = Bilingual("没有查到商品", "Nothing was found")
EXHIBITION_UNKNOWN = Bilingual(
    "展览会编号“{no}”有误：海关没有这个展览会，或贵单位无权使用。",
    "“{no}” is wrong: customs has no such exhibition, or it is not yours to use.",
)
EXHIBITION_NOT_ASKED = Bilingual(
    "现在无法向海关核对展览会编号：{why}", "Customs cannot be asked about the exhibition just now: {why}"
)
NOTHING_TO_ASK = Bilingual("请先填写展览会编号或报关单海关编号", "Fill in the exhibition or the entry number first")

DOCUMENTS = Bilingual("随附单证", "Accompanying documents")
DOCUMENTS_CLOSED = Bilingual("暂存后方可上传随附单证。", "Documents can be uploaded after the first save.")
UPLOAD = Bilingual("上传", "Upload")
FILE = Bilingual("文件", "File")
FILE_HINT = Bilingual("PDF 格式，不超过 4 MB", "PDF, at most 4 MB")
DOCUMENT_TYPE = Bilingual("单证类别", "Type")
SIZE = Bilingual("大小", "Size")
VIEW = Bilingual("查看", "View")
NO_DOCUMENTS = Bilingual("还没有单证", "No documents yet")
NO_FILE = Bilingual("请选择文件", "Choose a file")
UPLOADED = Bilingual("已上传“{name}”", "“{name}” is uploaded")
DETACHED = Bilingual("已删除单证", "The document is removed")
NOT_UPLOADED = Bilingual("未能上传“{name}”", "“{name}” was not uploaded")
UPLOADING = Bilingual("正在上传", "Uploading")

ASK_DELETE = Bilingual("确定删除这份{title}吗？删除后不能恢复。", "Delete this {title}? It cannot be brought back.")
DELETED = Bilingual("已删除 {seq_no}", "{seq_no} is deleted")
ASK_DELETION = Bilingual(
    "向海关申请删除已审核通过、尚未使用的备案。", "Ask customs to delete an approved filing that is not used yet."
)
WHY_NOT = Bilingual("不能申请备案删除", "No deletion can be asked for")
IS_USED = Bilingual(
    "该展览会已被外借清单或报关单使用，不能申请备案删除。",
    "The exhibition is in use by a loan list or a customs entry, so it cannot be deleted.",
)
REASON = Bilingual("删除原因", "Reason of the deletion")
TO_DECLARE_DELETION = Bilingual("下一步", "Next")
CHANGE_BEGUN = Bilingual(
    "已进入变更，请修改后填写变更原因并申报。", "The change has begun: edit, give the reason, declare."
)
DELETION_BEGUN = Bilingual("请核对删除原因后申报。", "Check the reason, then declare.")
WITHDRAW = Bilingual("撤回", "Take back")
ASK_WITHDRAW = Bilingual(
    "撤回后，已审核通过的内容仍然有效，本次变更或删除的内容不再保留。确定撤回吗？",
    "What was approved then stands alone again, and what this change or deletion holds is gone. Take it back?",
)
YES_WITHDRAW = Bilingual("确定撤回", "Yes, take it back")
WITHDRAWN = Bilingual("已撤回，已审核通过的内容仍然有效。", "Taken back; what was approved stands.")
BEFORE_AFTER = Bilingual("变更前后对照", "Before and after")
BEFORE = Bilingual("变更前", "Before")
AFTER = Bilingual("变更后", "After")
FIELD = Bilingual("项目", "Field")
NO_DIFFERENCE = Bilingual("与已审核通过的内容相同", "The same as what was approved")

STALE = Bilingual("别人已修改过这份数据", "Somebody else has changed it meanwhile")
STALE_HINT = Bilingual(
    "您打开页面之后，{who} 于 {at} 保存过。下面是两边不同之处；表单里是您填写的内容，再次“暂存”将以您的内容为准。",
    "{who} saved it at {at}, after you had opened it. Here is what differs; the form holds what you typed, "
    "and saving again keeps yours.",
)
THEIRS = Bilingual("已保存的内容", "Saved by them")
MINE = Bilingual("您填写的内容", "Typed by you")
TAKE_THEIRS = Bilingual("放弃我的修改，打开已保存的内容", "Leave mine, open what is saved")
SAME = Bilingual("内容没有不同，可以再次暂存。", "Nothing differs; save again.")

SIGN_TITLE = Bilingual("签名申报", "Sign and declare")
SIGN_HINT = Bilingual(
    "请核对以下内容。输入卡密码后，由您的卡签名并发往海关。",
    "Please check what follows. Your card signs it with your password, and it is sent to customs.",
)
SIGN = Bilingual("签名并申报", "Sign and declare")
CARD_PASSWORD = Bilingual("卡密码", "Card password")
PASSWORD_STAYS = Bilingual(
    "卡密码只交给本机的 IC 卡控件，不会发送到服务器。",
    "The password goes to the card control on this computer only, never to the server.",
)
SIGNING = Bilingual("正在签名…", "Signing…")
SIGN_BY_AGENT = Bilingual("通过 IC 卡控件签名", "Sign through the card control")
SIGN_BY_AGENT_HINT = Bilingual(
    "IC 卡控件将在它自己的页面上显示要签名的内容，并询问卡密码。",
    "The card control shows what is to be signed on a page of its own, and asks for the password there.",
)
SIGNED_TITLE = Bilingual("已签名，确认申报", "Signed: confirm")
SIGNED_HINT = Bilingual("卡已签名。点击“申报”发往海关。", "The card has signed. Press “Declare” to send it.")
FULL_MESSAGE = Bilingual("将要签名的报文原文", "The message that is signed")
DECLARED = Bilingual("已签名，正在发往海关。", "Signed; it is on its way to customs.")
NO_SIGNATURE = Bilingual("没有收到签名，请重新申报。", "No signature came; please declare again.")
CHECK_BEFORE = Bilingual("请留意", "Please notice")

REFRESH = Bilingual("状态已更新", "The state has changed")
WARNING = Bilingual("提示", "Notice")
ERROR = Bilingual("错误", "Error")
LEAVE_HINT = Bilingual("查询失败，请稍后再试", "The lookup failed; try again later")
