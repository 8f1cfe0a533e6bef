"""The query pages: lists, write-offs, the start page, histories, declarants and tokens."""

from fastapi import APIRouter

from tempgoods_edi.web.queries import declarants, history, lists, receipts, start, token_pages, write_off

__all__ = ["router"]

router = APIRouter()
# Write-off first: its address has the form of a list's.
for _part in (start, write_off, lists, history, receipts, declarants, token_pages):
    router.include_router(_part.router)
