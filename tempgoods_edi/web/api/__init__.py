"""The HTTP API beside the pages: the same services for an enterprise's programs, each request with its token."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import Response
from fastapi.routing import APIRoute

from tempgoods_edi.web.api import docs, filing, judging, listing, papers

__all__ = ["router"]



def _operation_id(route: APIRoute) -> str:
    """``declarations_edit``: generators make functions of these names, and classes or modules of the tags."""
    return "_".join((*map(str, route.tags), route.name))


router = APIRouter(prefix="/api/v1", generate_unique_id_function=_operation_id)
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
