"""The HTTP API beside the pages: the same services for an enterprise's programs, each request with its token."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import Response

from tempgoods_edi.web.api import docs, filing, judging, listing, papers

__all__ = ["router"]

router = APIRouter(prefix="/api/v1")
_PARTS = (judging, listing, filing, papers, docs)


def _answering(allowed: str) -> Callable[[], Response]:
    def options() -> Response:
        """Which methods the address takes: it has several routes, and each knows only of its own."""
        return Response(status_code=204, headers={"Allow": allowed})

    return options


def _methods() -> dict[str, set[str]]:
    """The methods of each address."""
    found: dict[str, set[str]] = {}
    for part in _PARTS:
        for route in part.router.routes:
            found.setdefault(getattr(route, "path", ""), set()).update(getattr(route, "methods", ()))
    return found


for _part in _PARTS:
    router.include_router(_part.router)
for _path, _allowed in _methods().items():
    _options = _answering(", ".join(sorted(_allowed)))
    router.add_api_route(_path, _options, methods=["OPTIONS"], include_in_schema=False)
