"""The world of a first try: demonstration cards, a registry with something in it, and a first declaration to send.

The keys are made once, in a folder the caller names, and are worth nothing anywhere else.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from h2018.config import DEMO_START, Config
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.signing.testca import Holder, KeyPair, make_ca, make_certificate, to_pkcs12
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
  tempgoods-edi build {folder}/{first} -o first.xml --sign {key} --password-file {folder}/{password} --today {today}
  tempgoods-edi submit first.xml --to {url} --wait
"""
_BY_CURL = """
  curl --data-binary @first.xml {url}/v1/messages
  curl '{url}/v1/receipts?recipient={sender}'
"""
_GUIDE = Bilingual(
    f"发送第一份申报（另开一个终端）：\n{_COMMANDS}\n或不用我们的客户端：\n{_BY_CURL}",
    f"To send a first declaration (in another terminal):\n{_COMMANDS}\nor without our client:\n{_BY_CURL}",
)


def prepare(folder: Path) -> Config:
    """A configuration for the demonstration, with what it needs in *folder*, made when it is not there yet."""
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


def guide(folder: Path, url: str) -> Bilingual:
    """How to send the first declaration to the server at *url*."""
    key = folder / f"{HOLDERS[0].enterprise_code}.p12"
    return _GUIDE.format(
        folder=folder,
        first=FIRST,
        key=key,
        password=PASSWORD_FILE,
        today=DEMO_START.date().isoformat(),
        url=url,
        sender=FIRST_SENDER,
    )


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
