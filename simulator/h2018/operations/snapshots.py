"""Operations on snapshots of a tenant: take and restore, by a thread and in small steps, so that others are served."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, BinaryIO

from twisted.internet.defer import Deferred, inlineCallbacks

from h2018.operations.operation import Conflict, InvalidParameter
from h2018.store import BadSnapshot
from h2018.store.snapshots import Snapshot, unpacked
from h2018.tenant.contents import Gone
from h2018.tenant.tenants import Tenant


def take(tenant: Tenant) -> Deferred[BinaryIO]:
    """Take a snapshot of a tenant into a file; raises `apart.line.Busy`."""
    return tenant.snapshot_file()


@inlineCallbacks
def restore(tenant: Tenant, data: bytes) -> Generator[Deferred[Any], Any, None]:
    """Replace a tenant by a snapshot; until all is read the tenant keeps working; raises `apart.line.Busy`."""
    try:
        found: Snapshot = yield tenant.workers.in_thread(unpacked, data)
        yield tenant.workers.by_steps(tenant.restoring(found))
    except BadSnapshot as error:
        raise InvalidParameter(error.text) from error
    except Gone as error:
        raise Conflict(error.text) from error
