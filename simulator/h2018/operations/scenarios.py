"""Operations on a tenant's scenarios: put in force after a check, switched off with their text kept, on again, removed."""

from __future__ import annotations

from h2018.operations.operation import Face, InvalidParameter
from h2018.steering.live import ScenarioText
from h2018.tenant.tenants import Tenant
from tempgoods_edi.bounded import MAX_TOML_BYTES
from tempgoods_edi.values import Bilingual

#: Bytes of a text, in TOML or JSON.
LARGEST = MAX_TOML_BYTES

_PARKED = "console/parked-scenarios"
_UNFIT = Bilingual("有 {n} 处不对，未生效", "{n} things are wrong; nothing was put in force")
_TOO_LONG = Bilingual("文本过长，最多 {most} 字节", "the text is too long; at most {most} bytes")


def put_in_force(tenant: Tenant, face: Face, written: ScenarioText) -> None:
    """Put scenarios in force with fresh counts; with findings nothing changes.  Scenarios that were switched off are dropped.

    An empty text takes all away.
    """
    small_enough(written.text)
    if not written.text.strip():
        remove(tenant, face)
        return
    with tenant.transaction():
        findings = tenant.overrides.set_scenarios(written)
        if findings:
            raise InvalidParameter(_UNFIT.format(n=len(findings)), findings)
        tenant.store.set_setting(_PARKED, None)
        count = len(tenant.overrides.scenarios)
        tenant.note(face, Bilingual(f"启用 {count} 个场景", f"{count} scenarios are in force"))


def remove(tenant: Tenant, face: Face) -> None:
    """Remove all scenarios, those in force and those kept for later."""
    with tenant.transaction():
        tenant.overrides.set_scenarios(ScenarioText())
        tenant.store.set_setting(_PARKED, None)
        tenant.note(face, Bilingual("停用全部场景", "no scenario is in force"))


def switch(tenant: Tenant, face: Face, *, on: bool) -> None:
    """Switch all scenarios off, keeping their text, or on again."""
    kept, written = parked(tenant), tenant.overrides.written
    with tenant.transaction():
        if on and kept is not None:
            tenant.overrides.set_scenarios(kept)
            tenant.store.set_setting(_PARKED, None)
        elif not on and written.text:
            tenant.store.set_setting(_PARKED, written.text.encode())
            tenant.overrides.set_scenarios(ScenarioText())
        text = Bilingual("场景总开关：开", "scenarios on") if on else Bilingual("场景总开关：关", "scenarios off")
        tenant.note(face, text)


def parked(tenant: Tenant) -> ScenarioText | None:
    """The scenarios that are switched off, as they were written; None when there are none."""
    data = tenant.store.setting(_PARKED)
    return None if data is None else written_as(data.decode())


def written_as(text: str) -> ScenarioText:
    """Tell from a text whether scenarios are TOML or JSON: JSON begins with a brace, TOML never does."""
    return ScenarioText(text, "json" if text.lstrip().startswith("{") else "toml")


def small_enough(text: str) -> None:
    """Raise `InvalidParameter` for a text that is too long to be read."""
    if len(text.encode()) > LARGEST:
        raise InvalidParameter(_TOO_LONG.format(most=LARGEST))
