"""The HTTP API beside the pages: the same services for an enterprise's programs, each request with its token."""

from fastapi import APIRouter

from tempgoods_edi.web.api import docs, filing, judging, listing, papers

__all__ = ["router"]

router = APIRouter(prefix="/api/v1")
for _part in (judging, listing, filing, papers, docs):
    router.include_router(_part.router)
