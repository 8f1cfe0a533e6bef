"""The HTTP API beside the pages: the same services for an enterprise's programs, each request with its token."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import Response

from tempgoods_edi.web.api import docs, routes

__all__ = ["router"]

router = APIRouter()


def _answering(allowed: str) -> Callable[[], Response]:
    def options() -> Response:
        """Which methods the address takes: it has several routes, and each knows only of its own."""
        return Response(status_code=204, headers={"Allow": allowed})

    return options


def _methods() -> dict[str, set[str]]:
    """The methods of each address."""
    found: dict[str, set[str]] = {}
    for part in (*routes.PARTS, docs):
        for route in part.router.routes:
            found.setdefault(getattr(route, "path", ""), set()).update(getattr(route, "methods", ()))
    return found


router.include_router(routes.router)
router.include_router(docs.router, prefix=routes.PREFIX)
for _path, _allowed in _methods().items():
    _options = _answering(", ".join(sorted(_allowed)))
    router.add_api_route(f"{routes.PREFIX}{_path}", _options, methods=["OPTIONS"], include_in_schema=False)
