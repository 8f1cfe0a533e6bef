"""The forms of all kinds of declaration: one controller; the differences between kinds are in the schema."""

from __future__ import annotations

from fastapi import APIRouter

from tempgoods_edi.web.forms import declaring, entry_goods, routes, script_answers

router = APIRouter()
for each in (routes, script_answers, entry_goods, declaring):
    router.include_router(each.router)

__all__ = ["router"]
