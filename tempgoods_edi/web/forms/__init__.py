"""The forms of all kinds of declaration: one controller; the differences between kinds are in the schema."""

from __future__ import annotations

from fastapi import APIRouter

from tempgoods_edi.web.forms import answering, declaring, entry_goods, routes

router = APIRouter()
for each in (routes, answering, entry_goods, declaring):
    router.include_router(each.router)

__all__ = ["router"]
