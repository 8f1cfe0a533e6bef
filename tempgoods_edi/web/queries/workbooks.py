"""A workbook as a download: written into a temporary file, sent piece by piece, then deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import SEEK_END
from tempfile import TemporaryFile
from typing import IO

from fastapi.responses import Response, StreamingResponse

from tempgoods_edi.declarant import exporting
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.values import Bilingual, Lang
from tempgoods_edi.web.shell.files import attachment_headers

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PIECE = 256 * 1024


def workbook(
    title: Bilingual,
    columns: Sequence[exporting.ExportColumn],
    rows: Iterable[Sequence[exporting.Cell]],
    now: datetime,
    lang: Lang,
) -> Response:
    """The response with a workbook whose sheet is *title*, named after it and the day."""
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    try:
        exporting.write(file, title.in_(lang), columns, rows, now)
        size = file.seek(0, SEEK_END)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    name = f"{title.in_(lang)} {now.astimezone(CHINA_TIME):%Y%m%d-%H%M}.xlsx"
    headers = {**attachment_headers(name), "Content-Length": str(size)}
    return StreamingResponse(_pieces(file), media_type=MEDIA_TYPE, headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
