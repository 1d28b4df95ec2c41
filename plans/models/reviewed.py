from django.db import models
from django.db.models import F, Q

from plans.models.fields import person_field, person_name_field
from plans.review import ReviewState


def _time(label):
    return models.DateTimeField(label, null=True, blank=True)


class Reviewed(models.Model):
    """What passes through the review: who handed it in, who approved and checked it.

    `review_comment` is what it was sent back or reopened with, `on_behalf_reason` why the DX
    office entered it for a department. Names are those of then. The trigger `plans_check_review`
    on the table lets nobody go round `plans.review`.
    """

    review_state = models.CharField(
        "審査の状態", max_length=10, choices=ReviewState.choices(), default=ReviewState.DRAFT.value
    )
    submitted_by = person_field("提出者")
    submitted_by_name = person_name_field("提出者の氏名")
    submitted_at = _time("提出日時")
    approved_by = person_field("承認者")
    approved_by_name = person_name_field("承認者の氏名")
    approved_at = _time("承認日時")
    checked_by = person_field("確認者")
    checked_by_name = person_name_field("確認者の氏名")
    checked_at = _time("確認日時")
    review_comment = models.TextField("差戻し・取消しの理由", blank=True, max_length=1000)
    review_comment_by_name = person_name_field("差し戻した人の氏名")
    on_behalf_reason = models.TextField("代理入力の理由", blank=True, max_length=1000)

    class Meta:
        abstract = True

    @property
    def review(self) -> ReviewState:
        return ReviewState(self.review_state)


def review_constraints(name: str) -> list[models.CheckConstraint]:
    """Constraints of a reviewed model: states from the list, nobody approves the own submission."""
    return [
        models.CheckConstraint(
            condition=Q(review_state__in=ReviewState.values()), name=f"{name}_review_state_known"
        ),
        models.CheckConstraint(
            condition=~Q(approved_by=F("submitted_by")),
            name=f"{name}_not_approved_by_its_submitter",
            violation_error_message="自分が提出したものは承認できません。",
        ),
    ]
