"""Second opinion: other engines judge incoming messages beside ours, in a process and by a thread of their own.

Where they differ, or give no answer, the message is undecided: it is kept and answered, and nothing is done with it.
"""

from __future__ import annotations

from typing import Any

from msgspec import structs
from twisted.internet.defer import Deferred

from h2018.workers.preparation import PreparedMessage, Second
from h2018.workers.threads import Executor, ImmediateExecutor, ThreadExecutor
from tempgoods_edi.desk import Stage
from tempgoods_edi.second_opinion import SecondOpinion


class SecondOpinionThread:
    """The thread that asks the other engines, for all tenants of a server; one message at a time.

    :param reactor: whose thread hears of what they say; None waits for them.
    """

    def __init__(self, opinion: SecondOpinion, reactor: Any | None) -> None:
        self._opinion = opinion
        self._executor: Executor = (
            ImmediateExecutor() if reactor is None else ThreadExecutor(reactor, 1, "second-opinion")
        )

    def seconded(self, prepared: PreparedMessage) -> Deferred[PreparedMessage]:
        """Add the other engines' findings to *prepared*, which was parsed."""
        return self._executor.in_thread(self.now, prepared)

    def now(self, prepared: PreparedMessage) -> PreparedMessage:
        """Add the other engines' findings to *prepared*, waiting for them."""
        if prepared.read is None or Stage.PARSE not in prepared.read.stages:
            return prepared  # nothing that others could read
        return structs.replace(prepared, second=Second(self._opinion.ask(prepared.read.data)))

    def close(self) -> None:
        """Stop the engines' process, and the thread that waits for it."""
        self._opinion.close()
        if isinstance(self._executor, ThreadExecutor):
            self._executor.close()
