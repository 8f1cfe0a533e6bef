"""The set-up of the demonstration: demonstration cards, a filled registry, and a first declaration to send.

The keys are made once, in a folder the caller names, and are worth nothing anywhere else.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from shlex import quote

from h2018.config import DEMO_START, Config
from tempgoods_edi.demo_ca import Holder, make_ca, make_certificate
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.signing.key_pairs import KeyPair, to_pkcs12
from tempgoods_edi.values import Bilingual

#: Whose cards there are: who sends the first declaration, and the enterprises of the sample cases.
HOLDERS = (
    Holder("顾念慈", "浦江远帆会展服务有限公司", "310196K27B", "91310105MA1FX27K66", "2100000417732"),
    Holder("王琳", "华东会展发展有限公司", "310173A546", "91310118G8YNNRGF2C", "2100000310173"),
    Holder("李文", "京华书业会展有限公司", "1101344024", "9111011317D3FFQM8P", "2100000110134"),
    Holder("陈嘉仪", "珠江文化演艺有限公司", "4401353966", "914401062NA7M03C0Y", "2100000440135"),
    Holder("赵川", "西部轨道交通装备有限公司", "5101086060", "915101040MG9TH774D", "2100000510108"),
)
#: Password of the key files; it protects nothing.
PASSWORD = "demo"  # noqa: S105 - no secret: the keys are for demonstration
#: File name of the first declaration in the demonstration's folder.
FIRST = "first-exhibition.json"
#: Who sends it, as its envelope says; the receipts are for the same.
FIRST_SENDER = "DXPENT0000012345"

_DATA = Path(__file__).parent / "data"
_REGISTRY = _DATA / "报关单登记.csv"
#: The CA's certificate.
CA = "demo-ca.pem"
#: The CA with its key, under the same password: whoever extends the demonstration issues further cards by it.
CA_KEY = "demo-ca.p12"
#: File name of that password.
PASSWORD_FILE = "password.txt"  # noqa: S105 - a file name
# They outlast every calendar: the simulated one, on which messages are judged, and the machine's, on which a card logs in.
_BEGIN, _END = datetime(2020, 1, 1, tzinfo=CHINA_TIME), datetime(2120, 1, 1, tzinfo=CHINA_TIME)
_FIRST_SERIAL = 0x20180001

_COMMANDS = """
  {command} build {declaration} -o {first} --sign {key} --password-file {password} --today {today}
  {command} submit {first} --to {url} --wait
"""
_BY_CURL = """
  curl --data-binary @{first} {url}/v1/messages
  curl '{url}/v1/receipts?recipient={sender}'
"""
_GUIDE = Bilingual(
    f"发送第一份申报（另开一个终端，在同一文件夹）：\n{_COMMANDS}",
    f"To send a first declaration (in another terminal, in the same folder):\n{_COMMANDS}",
)
_WITHOUT_OURS = Bilingual(f"\n或不用我们的客户端：\n{_BY_CURL}", f"\nor without our client:\n{_BY_CURL}")


def prepare(folder: Path) -> Config:
    """Make the configuration of the demonstration, and the files it needs in *folder* where they are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    needed = [CA, CA_KEY, FIRST, PASSWORD_FILE, *(f"{holder.enterprise_code}.p12" for holder in HOLDERS)]
    if not all((folder / name).is_file() for name in needed):
        _make(folder)
    return Config(
        starts_at=DEMO_START, trust=(folder / CA,), registry=_REGISTRY, exchange=folder / "exchange", poll_seconds=1.0
    )


def registry_file() -> Path:
    """The sample registry that comes with the simulator."""
    return _REGISTRY


def command(python: Path, here: Path) -> str:
    """The command line to type in the folder *here*, whatever is on the PATH: the one installed beside *python*."""
    beside = python.with_name("tempgoods-edi")
    if not beside.is_file():
        return f"{quote(str(python))} -m tempgoods_edi.cli"
    return quote(str(beside.relative_to(here) if beside.is_relative_to(here) else beside))


def guide(folder: Path, url: str, command: str = "tempgoods-edi", *, curl: bool = True) -> Bilingual:
    """Instructions for sending the first declaration to the server at *url*; the files they make go into *folder* too.

    :param command: the command line, as it is typed.
    :param curl: curl is there as well.
    """
    names = {
        "declaration": FIRST,
        "first": "first.xml",
        "key": f"{HOLDERS[0].enterprise_code}.p12",
        "password": PASSWORD_FILE,
    }
    paths = {each: quote(str(folder / name)) for each, name in names.items()}
    today, shown = DEMO_START.date().isoformat(), [_GUIDE, *([_WITHOUT_OURS] if curl else [])]
    text = Bilingual("".join(each.zh for each in shown), "".join(each.en for each in shown))
    return text.format(command=command, url=url, today=today, sender=FIRST_SENDER, **paths)


def _make(folder: Path) -> None:
    ca = make_ca("H2018 simulator demonstration CA", serial=_FIRST_SERIAL, not_before=_BEGIN, not_after=_END)
    for serial, holder in enumerate(HOLDERS, _FIRST_SERIAL + 1):
        pair = make_certificate(ca, holder, serial=serial, not_before=_BEGIN, not_after=_END)
        _keep(folder / f"{holder.enterprise_code}.p12", pair, holder.enterprise_code)
    _keep(folder / CA_KEY, ca, "CA")
    (folder / PASSWORD_FILE).write_text(PASSWORD + "\n", "utf-8")
    (folder / FIRST).write_bytes((_DATA / FIRST).read_bytes())
    # Last: a folder with a CA in it is complete.
    (folder / CA).write_bytes(ca.certificate_pem)


def _keep(path: Path, pair: KeyPair, name: str) -> None:
    path.touch(mode=0o600)
    path.write_bytes(to_pkcs12(pair, PASSWORD, name))
