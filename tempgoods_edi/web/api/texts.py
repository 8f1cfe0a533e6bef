"""The API's own texts in both languages, beside those of the services."""

from __future__ import annotations

from tempgoods_edi.values import Bilingual

TITLE = Bilingual("暂时进出境货物 接口", "Temporary goods: API")
ABOUT = Bilingual(
    "与页面使用相同的服务。每个请求带上贵单位的令牌：Authorization: Bearer tgp_…（在“接口令牌”页面建立）。令牌不能签名："
    "申报须由卡签名后提交。错误以中英文 JSON 返回。同一企业内部编号（EtpsPreentNo）重复提交不会产生第二份单证。",
    "The same services as the pages. Every request shows your company's token: Authorization: Bearer tgp_… (made on the page "
    "“API tokens”). A token cannot sign: to declare, a card signs and the signature is handed in. Errors are JSON in both "
    "languages. The same in-house number (EtpsPreentNo) never makes a second declaration.",
)
TOKEN = Bilingual("“接口令牌”页面（/tokens）建立的令牌", "the token made on the page “API tokens” (/tokens)")
NO_TOKEN = Bilingual(
    "请在 Authorization 请求头中提供有效的令牌（Bearer tgp_…）。",
    "Show a valid token in the Authorization header (Bearer tgp_…).",
)
TOO_FAST = Bilingual("请求过于频繁，请在 {seconds} 秒后再试。", "Too many requests; try again in {seconds} seconds.")
BAD_JSON = Bilingual("请求内容不符合要求：{why}", "The body is not what is needed: {why}")
WRONG_TYPE = Bilingual("不支持的内容类型“{given}”；可用：{known}", "Content type {given} is not taken; use {known}")
COMPRESSED = Bilingual(
    "不接受 Content-Encoding: {encoding}，请不压缩发送", "Content-Encoding: {encoding} is not taken: send it as it is"
)
UNKNOWN_KIND = Bilingual("没有“{value}”这种业务；可用：{known}", "There is no kind “{value}”; known: {known}")
BAD_BASE64 = Bilingual("“{name}”不是 Base64", "“{name}” is not Base64")
WRONG_QUERY = Bilingual("查询参数有误：{why}", "A parameter is wrong: {why}")
SAME_NUMBER = Bilingual(
    "企业内部编号“{number}”已用于 {seq_no}，内容不同；修改请用 PUT /declarations/{seq_no}",
    "In-house number “{number}” is taken by {seq_no} with other content; to edit it, PUT /declarations/{seq_no}",
)
DOCS = Bilingual("接口说明", "API description")
OPENAPI = Bilingual("OpenAPI 文档（JSON）", "OpenAPI document (JSON)")
PARAMETERS = Bilingual("参数", "Parameters")
BODY = Bilingual("请求内容", "Body")
ANSWERS = Bilingual("应答", "Answers")
