"""作業: what takes longer than a person should wait for one page. All that other apps need.

A kind is declared once, beside what it does:

    @kind_of_work("report", "委員会資料（Excel）の作成", Action.EXPORT)
    def make_report(job, *, fiscal_year):
        job.tell("指標を読んでいます", 1, 3)
        …
        return Outcome(file=File(content, name, mime_type))

A view asks for it and answers as soon as it ends, within two seconds, or with its page:

    return answer_with(request, make_report, plan=plan, title="…", fiscal_year=2025)

That is in plans/work_pages.py, as are `done_in_time` and `lead_to` for a view that shows a refusal
in its own form; plans/import_pages.py reads uploads so. Whether the person may ask for it is the
view's to settle. Arguments are what JSON takes; an uploaded file goes as `given`, and comes back as
`job.given`.

The function runs in a process of its own, outside of any transaction, with `job.user`, `job.access`
and `job.plan` as they are then: who may not do the action any more is refused before. It may be run
again after a kill, so that doing it twice must be harmless. It raises WorkRefused, with a Japanese
sentence, for what the person can mend; anything else that goes wrong is told by a number that the
log has too.
"""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from django.db import IntegrityError, connection, transaction

from dxplan.accounts.permissions import Access, Action
from plans.models import Plan, Work

CHANNEL = "works"
MOST_UNFINISHED = 5
TOO_MANY = (
    f"実行中と順番待ちの作業が{MOST_UNFINISHED}件あります。終わってから、もう一度依頼してください。"
)


class WorkRefused(Exception):
    """The work cannot be done as asked; says why, in Japanese. `address` is where to try again."""

    def __init__(self, said: str, address: str = ""):
        super().__init__(said)
        self.address = address


@dataclass(frozen=True)
class File:
    """What a work made, to be downloaded under a Japanese name."""

    content: bytes | None
    name: str
    mime_type: str


@dataclass(frozen=True)
class Outcome:
    """What a work came to: a file, or a page of this site, with a sentence."""

    file: File | None = None
    address: str = ""
    said: str = ""


@dataclass
class Job:
    """A work as its function sees it."""

    user: object
    access: Access
    plan: Plan | None
    given: bytes | None
    doing: str = ""
    done: int = 0
    total: int = 0
    told_at: float = field(default_factory=time.monotonic)

    def tell(self, doing: str, done: int = 0, total: int = 0) -> None:
        """Says what is being done, and how much of it is: `done` of `total`.

        Costs nothing: who watches the work writes it down for others. A work that says nothing for
        some minutes is taken for hung.
        """
        self.doing, self.done, self.total = doing, done, total
        self.told_at = time.monotonic()


@dataclass(frozen=True)
class WorkKind:
    """A kind of work: its Japanese name, who may ask for it, what it does."""

    name: str
    label: str
    action: Action
    function: Callable[..., Outcome]


WORK_KINDS: dict[str, WorkKind] = {}


def kind_of_work(name: str, label: str, action: Action):
    """Decorates the function of a kind, which becomes the WorkKind: see above."""

    def declare(function) -> WorkKind:
        WORK_KINDS[name] = WorkKind(name, label, action, function)
        return WORK_KINDS[name]

    return declare


def ask_for(
    kind: WorkKind,
    *,
    user,
    plan: Plan | None = None,
    title="",
    given: bytes | None = None,
    **arguments,
) -> Work:
    """Puts a work in the queue; the same asked twice, before it has ended, is the same work.

    Raises WorkRefused where the person
    has too many unfinished works. Five queries.
    """
    Work.objects.forget_old()
    same_as = _same_as(kind, plan, given, arguments)
    unfinished = Work.objects.unfinished().filter(person=user)
    asked = {work.same_as: work for work in unfinished.defer("given", "file")}
    if same_as in asked:
        return asked[same_as]
    if len(asked) >= MOST_UNFINISHED:
        raise WorkRefused(TOO_MANY)
    work = Work(
        person=user,
        plan=plan,
        kind=kind.name,
        title=title or kind.label,
        arguments=arguments,
        given=given,
        same_as=same_as,
        reference=secrets.token_hex(4),
    )
    return _put(work)


def _same_as(kind, plan, given, arguments) -> str:
    asked = json.dumps([kind.name, plan and plan.pk, arguments], sort_keys=True)
    return sha256(asked.encode() + (given or b"")).hexdigest()


def _put(work) -> Work:
    try:
        with transaction.atomic():
            work.save(force_insert=True)
            with connection.cursor() as cursor:
                cursor.execute(f"NOTIFY {CHANNEL}")
    except IntegrityError:  # the other click of a double click came first
        return Work.objects.unfinished().get(person=work.person, same_as=work.same_as)
    return work


def rights_of(access: Access) -> str:
    """A person's roles of a day in short: what was made by them is only for who still has them."""
    roles = sorted((role, department or 0) for role, department in access.assignments)
    return sha256(repr((access.municipality_id, roles)).encode()).hexdigest()
