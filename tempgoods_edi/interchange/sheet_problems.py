"""The problems of a sheet of goods, as catalogue entries."""

from __future__ import annotations

from tempgoods_edi.values import Basis, Bilingual, Problem, Severity, Source

_SHEET = Source(Basis.ASSUMED, "goods from sheets")
_MANUAL = Source(Basis.MANUAL, "商品表体：每份单证最多5000项")


def _problem(
    number: int,
    zh: str,
    en: str,
    fix_zh: str,
    fix_en: str,
    severity: Severity = Severity.ERROR,
    source: Source = _SHEET,
) -> Problem:
    text, fix = Bilingual(zh, en), Bilingual(fix_zh, fix_en)
    return Problem(id=f"TG-SHEET-{number:03d}", text=text, fix=fix, source=source, severity=severity)


NOT_A_SHEET = _problem(
    1,
    "文件无法读取为表格：{value}",
    "the file cannot be read as a sheet: {value}",
    "请用Excel另存为.xlsx或CSV后重试",
    "save it as .xlsx or CSV and try again",
)
TOO_LARGE = _problem(
    2,
    "文件为 {size} 字节，超过 {limit} 字节",
    "the file has {size} bytes, more than {limit}",
    "删除图片和多余的工作表，或拆分文件",
    "remove pictures and other sheets, or split the file",
)
OLD_OR_LOCKED = _problem(
    3,
    "旧版.xls或带密码的工作簿无法读取",
    "old .xls files and workbooks with a password cannot be read",
    "请取消密码并另存为.xlsx",
    "remove the password and save it as .xlsx",
)
UNFOLDS = _problem(
    4,
    "工作簿解压后过大或内容不正常",
    "the workbook unfolds to far more than a list of goods",
    "只保留商品清单的工作表，另存为新的.xlsx",
    "keep only the sheet with the goods, saved as a new .xlsx",
)
TOO_MANY_ROWS = _problem(
    5,
    "清单超过 {limit} 行，只读取了前 {limit} 行",
    "the list has more than {limit} rows: only the first {limit} were read",
    "请拆分为多份申报",
    "split it over several declarations",
    source=_MANUAL,
)
TOO_MANY_COLUMNS = _problem(
    6,
    "表格超过 {limit} 列",
    "the sheet has more than {limit} columns",
    "删除多余的列",
    "delete the columns that are not needed",
)
NO_HEADING = _problem(
    7,
    "没有找到列名行",
    "no row names the columns",
    "第一行写列名，如：{known}；也可下载模板填写",
    "begin with a row of column names, such as: {known}; or fill in the template",
)
UNKNOWN_COLUMN = _problem(
    8,
    "不认识列名“{value}”，该列未读取",
    "the column “{value}” is not known and was not read",
    "如需读取，请改用模板中的列名",
    "to have it read, give it the name it has in the template",
    Severity.WARNING,
)
SECOND_COLUMN = _problem(
    9,
    "列“{value}”与前面的列重复（{label}），未读取",
    "the column “{value}” is {label} once more and was not read",
    "每个栏目只留一列",
    "keep one column for each field",
    Severity.WARNING,
)
NOT_A_CODE = _problem(
    10,
    "“{value}”不是{label}的代码或名称",
    "“{value}” is neither code nor name of {label}",
    "填写代码或标准名称，例如：{known}",
    "give the code or the name of the list, for example: {known}",
)
LOST_DIGITS = _problem(
    11,
    "“{value}”超过15位，Excel按数值保存时已丢失末尾数字",
    "“{value}” has more than 15 digits: kept as a number, Excel has lost its end",
    "将该列设为“文本”格式后重新输入",
    "format the column as text and type it again",
)
NO_ROWS = _problem(
    12,
    "列名下面没有商品",
    "there are no goods below the column names",
    "请在列名下面逐行填写商品",
    "give the goods below the names, one in each row",
)
TOTAL_ROW = _problem(
    13,
    "第 {row} 行是合计行，未读取",
    "row {row} is a total and was not read",
    "无需处理",
    "nothing to do",
    Severity.WARNING,
)
FORMULA_ERROR = _problem(
    14,
    "单元格的公式出错：{value}",
    "the cell's formula failed: {value}",
    "在Excel中改正公式或直接填写数值",
    "correct the formula, or type the value",
)
TOO_MANY_SHEETS = _problem(
    15,
    "工作簿有超过 {limit} 个工作表",
    "the workbook has more than {limit} sheets",
    "只保留商品清单的工作表，另存为新的.xlsx",
    "keep only the sheet with the goods, saved as a new .xlsx",
)
TOO_MUCH_TEXT = _problem(
    16,
    "工作簿的内容过多：单元格超过 {limit} 个，或文字过长",
    "there is too much in the workbook: more than {limit} cells, or too much text",
    "只保留商品清单的工作表，另存为新的.xlsx",
    "keep only the sheet with the goods, saved as a new .xlsx",
)
UNKNOWN_ENCODING = _problem(
    17,
    "CSV文件的文字编码无法辨认",
    "the text encoding of the CSV file cannot be told",
    "在Excel中另存为“CSV UTF-8”，或.xlsx",
    "save it in Excel as “CSV UTF-8”, or as .xlsx",
)
SOMETHING_ELSE = _problem(
    18,
    "这是{kind}，不是表格文件",
    "this is {name}, not a sheet",
    "在Excel中打开（网页形式的.xls也可以），另存为.xlsx，再导入",
    "open it in Excel, which also opens a web page called .xls, save it as .xlsx and import that",
)

PROBLEMS: tuple[Problem, ...] = (
    NOT_A_SHEET,
    TOO_LARGE,
    OLD_OR_LOCKED,
    UNFOLDS,
    TOO_MANY_ROWS,
    TOO_MANY_COLUMNS,
    NO_HEADING,
    UNKNOWN_COLUMN,
    SECOND_COLUMN,
    NOT_A_CODE,
    LOST_DIGITS,
    NO_ROWS,
    TOTAL_ROW,
    FORMULA_ERROR,
    TOO_MANY_SHEETS,
    TOO_MUCH_TEXT,
    UNKNOWN_ENCODING,
    SOMETHING_ELSE,
)
