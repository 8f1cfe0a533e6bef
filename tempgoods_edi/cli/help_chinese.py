"""The Chinese of the help texts, by the English that stands beside the options; read only when Chinese help is asked for."""

from __future__ import annotations

from collections.abc import Mapping

_ABOUT: Mapping[str, str] = {
    "China's temporary import/export goods messages: check, build, sign, send.": "",
    "Check messages: signature, schema and rules; every finding with its place and what to do. 检查报文。": (
        "检查报文：签名、结构和规则；每一处问题都指出位置和处理办法。"
    ),
    "Exit code: 0 all valid, 1 something is invalid, 2 something could not be judged: who signed, for instance, when no CA"
    " is named to trust.": "退出码：0 全部有效，1 有无效的，2 有不能断定的（例如未指定信任的 CA，不知由谁签名）。",
    "Build a message from its JSON form; what is invalid is told and not written. 生成报文。": (
        "由 JSON 生成报文；无效的只说明原因，不写出。"
    ),
    "message_id, send_time and file_name are filled in where the JSON does not give them; the day is --today, else the JSON's"
    " facts/today, else the clock's.": (
        "JSON 中没有 message_id、send_time、file_name 时自动填入；日期依次取自 --today、JSON 的 facts/today、系统时钟。"
    ),
    "Sign an unsigned draft. Its content is not judged: check it before or after. 签名。": (
        "给未签名的草稿签名。不判断内容：请在签名之前或之后检查。"
    ),
    "Verify the signature and say who signed; the content is not judged. 验证签名。": (
        "验证签名，说明由谁签名；不判断内容。"
    ),
    "Exit code: 0 the signature is right and its certificate is to be believed, 1 it is not, 2 that cannot be told: no CA is"
    " named to trust, for instance.": (
        "退出码：0 签名正确且证书可信，1 不正确或不可信，2 不能断定（例如未指定信任的 CA）。"
    ),
    "Say why a signature fails: digest or value, the first byte that differs, the mistake by name. 诊断签名。": (
        "诊断签名为何不符：摘要还是签名值，第一个不同的字节，是哪种错误。"
    ),
    "Exit code: 0 the signature is right, 1 it is not.": "退出码：0 签名正确，1 不正确。",
    "Show a message as people read it: labels, values, what codes mean. 以可读形式显示报文。": (
        "以可读形式显示报文：字段名、值、代码的含义。"
    ),
    "Explain a finding, a field, a message, a code list, the life of a declaration. 说明。": (
        "说明一个问题、字段、报文、代码表，或单证的状态变化。"
    ),
    "Send a message and tell the technical answer and the receipts as they come. 发送报文并跟踪回执。": (
        "发送报文，随到随示技术回执和业务回执。"
    ),
    "Exit code: 0 approved (without --wait: taken), 1 refused or returned, 2 undecided.": (
        "退出码：0 审核通过（没有 --wait 时：已接收），1 被拒收或退单，2 尚无结果。"
    ),
    "Keys and certificates for tests. 测试用密钥和证书。": "测试用密钥和证书。",
    "Make a test CA, a card for each enterprise and a revocation list. 生成测试CA和IC卡证书。": (
        "生成测试 CA、每家企业的卡（密钥和证书）和吊销列表。"
    ),
    "They are valid from yesterday for ten years, and on the days of --on and of the messages of --for (facts/today) too."
    " Without a password, one is made up and kept in DIR/password.txt.": (
        "自昨日起十年有效，并包括 --on 所列日期和 --for 各报文的日期（facts/today）。未给密码时自动生成，存于 DIR/password.txt。"
    ),
    "Start a simulated customs; Ctrl-C stops it. 启动模拟海关。": "启动模拟海关；按 Ctrl-C 停止。",
    "Carry declarations to customs and receipts back, until stopped. 运行报文网关。": (
        "运行报文网关：把申报送往海关，把回执带回，直到停止。"
    ),
    "Serve the declarant's portal; Ctrl-C stops it. 启动申报人网站。": "启动企业端（申报人网站）；按 Ctrl-C 停止。",
    "IC cards: in readers, and test cards in folders. IC卡。": "IC 卡：读卡器中的卡，以及文件夹中的测试卡。",
    "Make a card of a key and its certificate. 用密钥和证书制卡。": "用密钥和证书制卡。",
    "PIN and PUK come from TEMPGOODS_PIN and TEMPGOODS_PUK; without them they are made up and shown once.": (
        "PIN 和 PUK 取自 TEMPGOODS_PIN 和 TEMPGOODS_PUK；没有时自动生成，只显示一次。"
    ),
    "Put a virtual card into a reader of PC/SC (pcscd with vsmartcard-vpcd). 把虚拟卡插入读卡器。": (
        "把虚拟卡插入 PC/SC 读卡器（pcscd 与 vsmartcard-vpcd）。"
    ),
    "Show the cards, whose they are, and how many tries are left. 列出卡。": "列出卡、持卡人和剩余的密码次数。",
    "Give a blocked card a new PIN, by its PUK. 用PUK解锁。": "用 PUK 给锁定的卡设新密码（PIN）。",
    "Give a card another PIN. 更改密码。": "更改卡的密码（PIN）。",
    "Start the card control of this computer; Ctrl-C stops it. 启动IC卡控件。": "启动本机的 IC 卡控件；按 Ctrl-C 停止。",
    "Serves cards in folders (--cards) and in readers connected to this computer (PC/SC), both together.": (
        "同时服务于文件夹中的卡（--cards）和接在本机读卡器（PC/SC）中的卡。"
    ),
    "Start all there is: portal, card control with demonstration cards, simulated customs. 启动演示环境。": (
        "启动演示环境：企业端、带演示卡的卡控件、模拟海关。"
    ),
    "Ctrl-C stops everything in order; nothing is lost by it.": "按 Ctrl-C 依次停止全部程序，不丢失任何数据。",
}  # fmt: skip

_MESSAGES: Mapping[str, str] = {
    "Messages, ZIPs, folders, or - for standard input.": "报文、ZIP、文件夹；- 为标准输入。",
    "text | json": "text（文字）| json",
    "zh | en; default: TEMPGOODS_LANG, LC_ALL, LANG. 语言": "语言：zh | en；默认取自 TEMPGOODS_LANG、LC_ALL、LANG。",
    "CA certificates to trust (PEM or DER); default: TEMPGOODS_TRUST, config.toml.": (
        "信任的 CA 证书（PEM 或 DER）；默认取自 TEMPGOODS_TRUST、config.toml。"
    ),
    "Revocation lists of those CAs; default: TEMPGOODS_CRL, config.toml.": (
        "这些 CA 的吊销列表；默认取自 TEMPGOODS_CRL、config.toml。"
    ),
    "Take whoever signed; who that is, is then only claimed. 不核对签名人": "接受任何签名人；此时签名人只是自称。",
    "Judge as on this day.": "按这一天判断。",
    "A missing signature is only a warning.": "没有签名时仅警告。",
    "Take rsa-sha1 and RSA-1024 too (--profile legacy).": "也接受 rsa-sha1 和 RSA-1024（即 --profile legacy）。",
    "Signatures to make and take: standard | legacy | sm2-sm3 (national). 签名算法": (
        "签名算法：standard（标准）| legacy（旧式）| sm2-sm3（国密）。"
    ),
    "A revocation list that has run out is only a warning. 吊销列表过期仅警告": "吊销列表过期时仅警告。",
    "Ask xmlschema, signxml and xmlsec too; undecided where they differ. 第二意见": (
        "第二意见：另问 xmlschema、signxml 和 xmlsec；有出入时结论为无法判定。"
    ),
    "Name the rules that were not judged. 详细": "列出未判断的规则。",
    "The JSON form of a message, or -.": "报文的 JSON；- 为标准输入。",
    "Where to write it; - is standard output.": "写到哪里；- 为标准输出。",
    "Sign with this key (PKCS#12 or PEM).": "用此密钥签名（PKCS#12 或 PEM）。",
    "The key's certificate (PEM), where the key file is PEM without it.": "密钥文件为 PEM 且不含证书时，密钥的证书（PEM）。",
    "File with the key's password; else TEMPGOODS_PASSWORD, else a prompt. 密码文件": (
        "存有密钥密码的文件；否则取自 TEMPGOODS_PASSWORD，再否则当场询问。"
    ),
    "An accompanying document; the result is a ZIP. Repeatable. 随附单证": "随附单证；结果为 ZIP。可重复。",
    "Write it even when it is invalid.": "即使无效也写出。",
    "Sign by rsa-sha1, as older cards do.": "用 rsa-sha1 签名（旧卡的做法）。",
    "An unsigned draft, or -.": "未签名的草稿；- 为标准输入。",
    "The key to sign with (PKCS#12 or PEM).": "用来签名的密钥（PKCS#12 或 PEM）。",
    "A signed message, or -.": "已签名的报文；- 为标准输入。",
    "Certificate of whoever says to have signed (PEM or DER). 签名人证书": "自称签名者的证书（PEM 或 DER）。",
    "Write JSON, for programs.": "输出 JSON，供程序使用。",
    "A message, a receipt or a ZIP, or -.": "报文、回执或 ZIP；- 为标准输入。",
    "All lines of goods, not only the first 20.": "显示全部商品行，而不只是前 20 行。",
    "Else what there is.": "不给出时，列出可以说明的内容。",
    "A signed message, a ZIP, or -.": "已签名的报文或 ZIP；- 为标准输入。",
    "Where customs listen, such as http://127.0.0.1:8018": "海关的地址，如 http://127.0.0.1:8018",
    "Wait for the receipts, to the decision.": "等待回执，直到有审核结果。",
    "How long to wait.": "最多等待多久。",
    "Where to put them; made when it is not there.": "存放的文件夹；没有时新建。",
    "A card for this enterprise.": "给这家企业的卡。",
    "A card for whoever enters this message.": "给此报文录入单位的卡。",
    "Valid on this day too, as --today of check. Repeatable. 有效日": "在这一天也有效（如 check 的 --today）。可重复。",
    "Kind of keys: rsa | ecdsa | sm2 (for --profile sm2-sm3). 密钥种类": (
        "密钥种类：rsa | ecdsa | sm2（用于 --profile sm2-sm3）。"
    ),
    "Overwrite what is there.": "覆盖已有的文件。",
}  # fmt: skip

_SERVERS: Mapping[str, str] = {
    "Settings in TOML or JSON, see h2018.config.Config; options win.": (
        "TOML 或 JSON 的设置，见 h2018.config.Config；以选项为准。"
    ),
    "Address to listen on (127.0.0.1).": "监听的地址（127.0.0.1）。",
    "Port (8018); 0 for any free one.": "端口（8018）；0 为任一空闲端口。",
    "A further name it is reached by. Repeatable.": "访问它所用的另一个名字。可重复。",
    "Token that control, console and callbacks need.": "控制接口、工作台和回调所需的令牌。",
    "Root of OutBox, SentBox, InBox, FailBox.": "OutBox、SentBox、InBox、FailBox 所在的文件夹。",
    "SQLite file or postgresql:// URL.": "SQLite 文件或 postgresql:// 地址。",
    "Entries on file, such as 报关单登记.csv.": "已登记的报关单，如 报关单登记.csv。",
    "Scenarios that decide before the rules do.": "先于规则作出决定的情景。",
    "Faults that strike.": "会出现的故障。",
    "Take messages without signature.": "接受没有签名的报文。",
    "Same seed, same messages, same times: same bytes (2018).": "种子、报文和时间相同，则字节相同（2018）。",
    "Business time at the start, such as 2027-01-10T09:00 (China).": "开始时的业务时间，如 2027-01-10T09:00（北京时间）。",
    "Business time stands still until it is moved by /control/clock.": "业务时间静止，直到由 /control/clock 拨动。",
    "Answer everything at once.": "一切立即作答。",
    "Until the receipt Y (1).": "多久后出回执 Y（1）。",
    "From Y to the receipt 1 or 3 (2).": "从 Y 到回执 1 或 3 多久（2）。",
    "Standard error: warnings (text), or every step as JSON lines.": "标准错误输出：警告（text），或逐步的 JSON 行。",
    "Remember in memory only, not in h2018.sqlite3: all ends with the process.": (
        "只存于内存，不存于 h2018.sqlite3：程序结束即全部消失。"
    ),
    "The portal's database: file or URL.": "企业端的数据库：文件或地址。",
    "Customs by HTTP.": "经 HTTP 的海关。",
    "CA of customs' TLS certificate; default: the system's.": "签发海关 TLS 证书的 CA；默认用系统的。",
    "Own TLS certificate, for customs that ask for one.": "本方的 TLS 证书，海关要求时出示。",
    "Its key, where it is not in the same file.": "该证书的私钥（不在同一文件中时）。",
    "Customs by exchange folders.": "经交换文件夹的海关。",
    "Customs by SFTP; with --key or --password-file.": "经 SFTP 的海关；配合 --key 或 --password-file。",
    "SFTP: private key.": "SFTP：私钥。",
    "SFTP: file with the password.": "SFTP：存有密码的文件。",
    "SFTP: file with the server's key (~/.ssh/known_hosts).": "SFTP：存有服务器公钥的文件（~/.ssh/known_hosts）。",
    "Signs requests for receipts.": "给索取回执的请求签名的密钥。",
    "File with that key's password.": "存有该密钥密码的文件。",
    "Business time is that of the simulated customs.": "业务时间随模拟海关。",
    "Whose clock, when it is not --to.": "时钟取自何处（不是 --to 时）。",
    "Tries until 发往海关失败.": "尝试多少次后为发往海关失败。",
    "Seconds to the second try; then doubled.": "第二次尝试前的秒数；以后加倍。",
    "Seconds without receipt until it is asked for again.": "多少秒没有回执就再次索取。",
    "Seconds customs may be silent; a whole exchange: 4 times that.": "海关可以沉默的秒数；一次完整的交换为其 4 倍。",
    "File that is written anew while all is well.": "一切正常时不断重写的文件。",
    "SQLite file (portal.sqlite3) or postgresql:// URL.": "SQLite 文件（portal.sqlite3）或 postgresql:// 地址。",
    "Address to listen on.": "监听的地址。",
    "Port; 0 for any free one.": "端口；0 为任一空闲端口。",
    "How browsers reach it, such as https://portal.example.": "浏览器访问它的地址，如 https://portal.example。",
    "A further name it may be reached by.": "可以访问它的另一个名字。",
    "The card agent on the declarant's computer.": "申报人电脑上的卡控件的地址。",
    "Officers' desk to link.": "要链接的关员工作台。",
    "Key that signs questions to customs.": "给发往海关的询问签名的密钥。",
    "Its password.": "它的密码。",
    "Business time as the gateway learnt it from simulated customs.": "业务时间取自网关从模拟海关得知的时间。",
    "Log-ins in five minutes from one address (30) and by one card (20).": (
        "五分钟内一个地址（30）和一张卡（20）的登录次数。"
    ),
    "Where everything is kept.": "存放一切的文件夹。",
    "The portal's port (8020); 0 for any.": "企业端的端口（8020）；0 为任一。",
    "The card control's (61232); 0 for any.": "卡控件的端口（61232）；0 为任一。",
    "Fill in demonstration records on the first start.": "首次启动时填入演示单证。",
}  # fmt: skip

_CARDS: Mapping[str, str] = {
    "Folder of the new card.": "新卡的文件夹。",
    "Key and certificate, as `keys make` makes them.": "密钥和证书，如 `keys make` 所生成的。",
    "A virtual chip card, for `card insert`, instead of a soft one.": "制作供 `card insert` 使用的虚拟芯片卡，而不是软卡。",
    "A card that `card make --piv` made.": "`card make --piv` 所制的卡。",
    "The reader's: vpcd has 35963 and 35964.": "读卡器的端口：vpcd 为 35963 和 35964。",
    "How slow it is: 1 is about as slow as a real card.": "有多慢：1 约与真卡相同。",
    "Pull it out in the middle of the N-th signature.": "在第 N 次签名中途拔卡。",
    "Folder of cards, or one card's; else the readers (PC/SC).": "存放多张卡或一张卡的文件夹；否则用读卡器（PC/SC）。",
    "Readers connected to this computer (PC/SC), beside folders or not at all.": (
        "接在本机的读卡器（PC/SC）：与文件夹一起使用，或完全不用。"
    ),
    "Key of a PIV card that signs; without it 9C, or SM2 in 82 where 9C is empty; never another.": (
        "PIV 卡中用来签名的密钥；不给出时为 9C，9C 为空时为 82 中的 SM2；绝不用其他密钥。"
    ),
    "Which card: its number, certificate number or reader.": "哪张卡：卡号、证书号或读卡器。",
    "Site whose pages may ask; repeatable.": "其页面可以使用卡的网站；可重复。",
    "Folder whose folders are readers; repeatable.": "其中每个文件夹当作一个读卡器；可重复。",
    "As if no reader were connected.": "当作没有接读卡器。",
    "A loopback address.": "本机回环地址。",
    "Sign messages on the control's own page only, where they are shown.": "只在控件自己的页面上（显示内容后）签名。",
}  # fmt: skip

#: English (with the Chinese word that some end in) → Chinese; nothing for what the Chinese beside it says already.
CHINESE: Mapping[str, str] = {**_ABOUT, **_MESSAGES, **_SERVERS, **_CARDS}
