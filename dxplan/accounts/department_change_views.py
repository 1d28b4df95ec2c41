"""How a department gets another name, ends, is split, or was never meant so."""

from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dxplan.accounts.department_changes import (
    correct_department,
    end_department,
    remove_department,
    rename_department,
    resume_department,
    split_department,
)
from dxplan.accounts.department_forms import (
    CorrectionForm,
    EndForm,
    RenameForm,
    SplitForm,
)
from dxplan.accounts.department_pages import change_page
from dxplan.accounts.form_pages import posted
from dxplan.accounts.gates import open_department, town_url
from dxplan.accounts.people_forms import SeenForm, departments_to_choose, next_april
from dxplan.accounts.spans import DAY

RENAME_LEAD = (
    "変更日から、指標と担当者は新しい課名に引き継がれます。それまでの記録には、今の課名が残ります。"
)
CORRECT_LEAD = (
    "入力の誤りを、登録したときにさかのぼって直します。"
    "課の名称が変わるときは、「課名を変更する」を使ってください。"
)
END_LEAD = (
    "指標と担当者は、廃止日の翌日から、引き継ぐ課が受け持ちます。"
    "それまでの記録には、今の課名が残ります。"
)
SPLIT_LEAD = (
    "新しい課を置きます。担当者は「人事異動」で、指標は指標ごとの「担当課」で、新しい課に移してください。"
    "どちらも、設置日の前から準備できます。"
)
RESUME_LEAD = (
    "廃止や変更の予定を取り消し、この課を続けます。"
    "引き継ぐために予定した新しい課は、ほかに使われていなければ、一緒に取り消されます。"
)
REMOVE_LEAD = "まだ始まっていない課を、なかったことにします。"


@require_http_methods(["GET", "POST"])
def department_correct(request, department_id):
    found = open_department(request, department_id)
    initial = {name: getattr(found, name) for name in CorrectionForm.columns}
    form = CorrectionForm(posted(request), initial=initial | {"seen": found.version})
    return change_page(
        request,
        found,
        form,
        lambda: correct_department(department=found, seen=form.seen_version, fields=form.typed),
        heading="登録内容の誤りを直す",
        submit="保存する",
        said="登録内容を直しました。",
        lead=CORRECT_LEAD,
    )


@require_http_methods(["GET", "POST"])
def department_rename(request, department_id):
    found = open_department(request, department_id)
    initial = {"seen": found.version, "first_day": next_april(timezone.localdate())}
    form = RenameForm(posted(request), initial=initial)
    return change_page(
        request,
        found,
        form,
        lambda: rename_department(department=found, **form.cleaned_data),
        heading="課名を変更する",
        submit="変更を登録する",
        said="課名の変更を登録しました。",
        lead=RENAME_LEAD,
    )


@require_http_methods(["GET", "POST"])
def department_end(request, department_id):
    found, today = open_department(request, department_id), timezone.localdate()
    others = departments_to_choose(found.municipality, today)
    form = EndForm(
        posted(request),
        departments=[(pk, label) for pk, label in others if pk != found.pk],
        initial={"seen": found.version, "last_day": next_april(today) - DAY},
    )
    return change_page(
        request,
        found,
        form,
        lambda: end_department(
            department=found,
            seen=form.seen_version,
            last_day=form.cleaned_data["last_day"],
            successor_id=form.cleaned_data["successor"],
        ),
        heading="課を廃止する",
        submit="廃止を登録する",
        said="廃止を登録しました。",
        lead=END_LEAD,
    )


@require_http_methods(["GET", "POST"])
def department_split(request, department_id):
    found = open_department(request, department_id)
    initial = {"seen": found.version, "first_day": next_april(timezone.localdate())}
    form = SplitForm(posted(request), initial=initial)
    return change_page(
        request,
        found,
        form,
        lambda: split_department(department=found, **form.cleaned_data),
        heading="課を分ける",
        submit="分けることを登録する",
        said="新しい課を登録しました。",
        lead=SPLIT_LEAD,
    )


@require_http_methods(["GET", "POST"])
def department_resume(request, department_id):
    found = open_department(request, department_id)
    form = SeenForm(posted(request), initial={"seen": found.version})
    return change_page(
        request,
        found,
        form,
        lambda: resume_department(
            department=found, seen=form.seen_version, today=timezone.localdate()
        ),
        heading="予定を取り消す",
        submit="予定を取り消す",
        said="予定を取り消しました。",
        lead=RESUME_LEAD,
    )


@require_http_methods(["GET", "POST"])
def department_remove(request, department_id):
    found = open_department(request, department_id)
    form = SeenForm(posted(request), initial={"seen": found.version})
    return change_page(
        request,
        found,
        form,
        lambda: remove_department(
            department=found, seen=form.seen_version, today=timezone.localdate()
        ),
        heading="予定した課を取り消す",
        submit="取り消す",
        said=f"「{found.name}」を取り消しました。",
        lead=REMOVE_LEAD,
        is_dangerous=True,
        done_url=town_url(request, "departments", found.municipality),
    )
