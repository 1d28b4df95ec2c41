"""What one enters for a stage: the span planned now, what came of it, and why."""

import json
from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError

from actionplans.models import Stage
from plans.editing import is_reason

NOT_MOVED = "予定の期間が変わっていません。見直しの理由は、期間を変えるときに入力してください。"
ANOTHER_REASON = "前の見直しの理由のままです。今回の見直しの理由を入力してください。"
REASON_NEEDED = "実施中の計画の期間を変えるときは、見直しの理由を入力してください。"


@dataclass(frozen=True)
class Progress:
    """What the form of a stage says; halves by their number."""

    start: int
    end: int
    revision_reason: str
    begun: int | None
    ended: int | None
    is_stopped: bool
    stopped_reason: str
    carry_over_reason: str

    @property
    def planned(self) -> tuple[int, int]:
        return self.start, self.end

    def columns_for(self, stage: Stage, *, is_draft: bool) -> dict:
        """The columns to write. Raises ValidationError where a revision has no reason."""
        return self._plan_for(stage, is_draft) | {
            "actual_start": self.begun,
            "actual_end": self.ended,
            "is_stopped": self.is_stopped,
            "stopped_reason": self.stopped_reason,
            "carry_over_reason": self.carry_over_reason,
        }

    def _plan_for(self, stage, is_draft):
        if is_draft:
            return {"first_start": self.start, "first_end": self.end}
        is_moved = self.planned != progress_of(stage).planned
        if not is_moved and stage.revised is None:
            if self.revision_reason:
                raise ValidationError({"end": NOT_MOVED})
            return {}
        if not is_reason(self.revision_reason):
            raise ValidationError({"revision_reason": REASON_NEEDED})
        if is_moved and self.revision_reason == stage.revision_reason:
            raise ValidationError({"revision_reason": ANOTHER_REASON})
        return {
            "revised_start": self.start,
            "revised_end": self.end,
            "revision_reason": self.revision_reason,
        }


def progress_of(stage: Stage) -> Progress:
    """What a stage says now."""
    return Progress(
        start=int(stage.planned.start),
        end=int(stage.planned.end),
        revision_reason=stage.revision_reason,
        begun=stage.actual_start,
        ended=stage.actual_end,
        is_stopped=stage.is_stopped,
        stopped_reason=stage.stopped_reason,
        carry_over_reason=stage.carry_over_reason,
    )


def mark_of(progress: Progress) -> str:
    """A state as one hidden value, to tell later what a person had before the eyes."""
    return json.dumps(list(asdict(progress).values()), ensure_ascii=True)
