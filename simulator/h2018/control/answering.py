"""Helpers of the control interface's routes: the address prefix, and the refusal of operations that cannot be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from h2018.http.routing import Answered, Handler, HttpError, Request, ResponseDoc, Route
from h2018.operations.operation import Face, OperationError
from tempgoods_edi.values import Bilingual

#: Through which face what is asked for here was asked for.
FACE: Face = "control"


def route(
    tag: str,
    method: str,
    path: str,
    handler: Handler,
    summary: Bilingual,
    responses: Mapping[int, ResponseDoc],
    **more: Any,
) -> Route:
    """Make one route of the control interface; *path* is below ``/control``."""
    return Route(tag, method, f"/control{path}", _refusing(handler), summary, responses, **more)


def _refusing(handler: Handler) -> Handler:
    def answer(request: Request) -> Answered:
        try:
            answered = handler(request)
        except OperationError as error:
            raise _refusal(error) from error
        return answered.addErrback(_refused) if isinstance(answered, Deferred) else answered

    return answer


def _refused(failure: Failure) -> Failure:
    error = failure.value
    return Failure(_refusal(error)) if isinstance(error, OperationError) else failure


def _refusal(error: OperationError) -> HttpError:
    return HttpError(error.status, error.text, error.findings)
