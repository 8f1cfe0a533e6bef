"""Requests of our HTTP clients as function calls: what a test answers, and in the words of httpx."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, TypeAlias

import httpx
import urllib3

#: The other end.
Answers: TypeAlias = Callable[[httpx.Request], httpx.Response]


class Carried(urllib3.PoolManager):
    """What `Line` sends its requests through, without a connection.

    :param answers: is asked what comes back; what it raises is what goes wrong.
    """

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self._answers = answers

    def urlopen(self, method: str, url: str, redirect: bool = True, **more: Any) -> urllib3.HTTPResponse:  # type: ignore[override]  # it has but one kind of answer
        """One exchange."""
        body = more["body"]
        content = None if body is None else body.read()
        answer = self._answers(httpx.Request(method, url, headers=more["headers"], content=content))
        headers = urllib3.HTTPHeaderDict(answer.headers.multi_items())
        return urllib3.HTTPResponse(BytesIO(answer.content), headers, answer.status_code, preload_content=False)
