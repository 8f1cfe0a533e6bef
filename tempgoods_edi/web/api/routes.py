"""The API's operations put together: their names in the description, and their addresses."""

from fastapi import APIRouter
from fastapi.routing import APIRoute

from tempgoods_edi.web.api import declaration_files, filing, judging, listing

__all__ = ["PARTS", "PREFIX", "router"]

PREFIX = "/api/v1"
PARTS = (judging, listing, filing, declaration_files)


def _operation_id(route: APIRoute) -> str:
    """``declarations_edit``: generators make functions of these names, and classes or modules of the tags."""
    return "_".join((*map(str, route.tags), route.name))


router = APIRouter(prefix=PREFIX, generate_unique_id_function=_operation_id)
for _part in PARTS:
    router.include_router(_part.router)
