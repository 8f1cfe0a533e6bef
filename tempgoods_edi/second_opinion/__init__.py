"""Second opinion: other engines judge the same bytes beside ours; where they differ, the result is undecided.

The others run in a process of their own, bounded in time and memory (`worker`): xmlschema and Twisted's zope.interface do
not share one, and an engine that hangs or dies takes nothing with it.  Needs the extra ``second-opinion``.
"""

from __future__ import annotations

from tempgoods_edi.second_opinion.comparing import compared
from tempgoods_edi.second_opinion.engine_process import SecondOpinion

__all__ = ["SecondOpinion", "compared"]
