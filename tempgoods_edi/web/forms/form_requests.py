"""The session and the kind of declaration of a form request."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends

from tempgoods_edi.declarant.errors import NotFound
from tempgoods_edi.declarant.kinds import Kind, by_slug
from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.shell.sessions import require

#: How a route gets the session.
Session = Annotated[Any, Depends(require)]

_NO_FORM = Bilingual("没有这种单证", "there is no such kind of declaration")


def kind_of(slug: str) -> Kind:
    """The kind with the slug *slug*.

    :raises NotFound: there is none.
    """
    kind = by_slug(slug)
    if kind is None:
        raise NotFound(_NO_FORM)
    return kind
