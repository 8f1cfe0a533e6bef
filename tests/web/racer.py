"""A portal in a process of its own that does what it is told, a line of JSON each: for races of two on one database."""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from tempgoods_edi.declarant.store import challenges
from tempgoods_edi.web.shell.context import PortalSettings
from tempgoods_edi.web.wiring import make_app
from tests.declarant.desk import START
from tests.web.portal import ORIGIN, TestClient


def main(database: str, ca: str, token: str, seed: str) -> None:
    """Answer each line with one."""
    chance = Random(int(seed))
    settings = PortalSettings(database=database, trust=(Path(ca),), origin=ORIGIN)
    app = make_app(settings, lambda: START, chance.randbytes)
    client = TestClient(app, base_url=ORIGIN, raise_server_exceptions=False, client=(f"192.0.2.{seed}", 50000))
    client.headers["Authorization"] = f"Bearer {token}"
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        if "challenge" in asked:
            taken = challenges.take(app.state.context.store, asked["challenge"], "browser", START + timedelta(seconds=1))
            said: dict[str, Any] = {"status": 404 if taken is None else 200}
        else:
            answer = client.request(
                asked["method"],
                f"/api/v1/{asked['path']}",
                content=b64decode(asked["body"]),
                headers={"Content-Type": asked["type"]},
            )
            said = {"status": answer.status_code, "json": answer.json()}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
