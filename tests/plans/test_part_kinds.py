"""What is special to one kind of part: headings, seats, days, frameworks, levels."""

import datetime

import pytest
from django.db import connection

from dxplan.lib.conflicts import Difference
from plans.levels import MOST_LEVELS
from plans.models import (
    Committee,
    CommitteeSeat,
    Framework,
    Meeting,
    Policy,
    PolicyLevel,
    RelatedPlan,
    Section,
)
from tests.factories import make_plan, make_policy
from tests.plan_parts import (
    REASON,
    filled,
    list_url,
    make_part,
    names,
    new_part,
    new_url,
    part_url,
    records,
)


def errors(response):
    assert response.status_code == 422
    return response.context["form"].errors


def edit(visit, person, part, slug, **fields):
    url = part_url(part, slug)
    return visit(person, url, filled(visit(person, url)) | {"reason": REASON} | fields)


def remove(visit, person, part, slug):
    url = part_url(part, slug, "part_remove")
    return visit(person, url, filled(visit(person, url)) | {"reason": REASON})


# ---- Sections ------------------------------------------------------------------------------


@pytest.fixture
def chapters(plan):
    """甲 with 甲一 (and 甲一あ below it) and 甲二, then 乙 with 乙一."""
    titles = {"甲": 1, "甲一": 2, "甲一あ": 3, "甲二": 2, "乙": 1, "乙一": 2}
    return {
        title: make_part(plan, "sections", title=title, depth=depth)
        for title, depth in titles.items()
    }


def test_chapter_moves_with_all_below_it(visit, dx_office, plan, chapters):
    visit(
        dx_office,
        list_url(plan, "sections"),
        {"place": f"{chapters['乙'].pk}:0", "reason": REASON},
    )

    assert names(plan, "sections") == ["乙", "乙一", "甲", "甲一", "甲一あ", "甲二"]
    assert list(Section.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_buttons_lead_only_to_neighbours_below_the_same_heading(visit, dx_office, plan, chapters):
    rows = visit(dx_office, list_url(plan, "sections")).context["rows"]

    assert [(row.name, row.is_first, row.is_last) for row in rows] == [
        ("甲", True, False),
        ("甲一", True, False),
        ("甲一あ", True, True),
        ("甲二", False, True),
        ("乙", False, True),
        ("乙一", True, True),
    ]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("", "甲 甲一 甲一あ 甲二 乙 乙一 新"),
        ("0", "新 甲 甲一 甲一あ 甲二 乙 乙一"),
        ("甲", "甲 新 甲一 甲一あ 甲二 乙 乙一"),
        ("甲一", "甲 甲一 甲一あ 新 甲二 乙 乙一"),
    ],
)
def test_new_section_goes_after_the_chosen_one(visit, dx_office, plan, chapters, after, expected):
    place = str(chapters[after].pk) if after in chapters else after

    visit(
        dx_office,
        new_url(plan, "sections"),
        new_part("sections", "新", depth="2", after=place),
    )

    assert names(plan, "sections") == expected.split()


def test_section_goes_to_another_chapter_and_changes_at_once(visit, dx_office, plan, chapters):
    part = chapters["甲一"]

    edit(visit, dx_office, part, "sections", after=str(chapters["乙"].pk), body="本文")

    assert names(plan, "sections") == ["甲", "甲二", "乙", "甲一", "甲一あ", "乙一"]
    detail = "本文: （なし） → 本文\n置く場所: 「乙」の後"
    assert records(plan) == [("edited", "章・節「甲一」", detail, REASON)]


def test_section_that_only_moves_is_recorded_as_such(visit, dx_office, plan, chapters):
    edit(visit, dx_office, chapters["乙一"], "sections", after="0")

    assert records(plan) == [("reordered", "章・節「乙一」", "置く場所: いちばん前", REASON)]


def test_section_cannot_go_below_itself(visit, dx_office, plan, chapters):
    page = visit(dx_office, part_url(chapters["甲"], "sections"))

    choices = [str(value) for value, _ in page.context["form"].fields["after"].choices]
    assert choices == ["", "0", str(chapters["乙"].pk), str(chapters["乙一"].pk)]
    response = edit(visit, dx_office, chapters["甲"], "sections", after=str(chapters["甲二"].pk))
    assert list(errors(response)) == ["after"]


def test_change_of_a_section_counts_its_version(visit, dx_office, plan, chapters):
    edit(visit, dx_office, chapters["甲"], "sections", body="本文")

    assert Section.objects.get(title="甲").version == 2


def test_move_does_not_stand_in_the_way_of_an_edit(visit, dx_office, plan, chapters):
    url = part_url(chapters["乙"], "sections")
    data = filled(visit(dx_office, url)) | {"reason": REASON, "body": "本文"}
    move = {"place": f"{chapters['乙'].pk}:0", "reason": REASON}
    visit(dx_office, list_url(plan, "sections"), move)

    response = visit(dx_office, url, data)

    assert response.status_code == 302
    assert names(plan, "sections")[0] == "乙"


def test_content_stands_once_in_a_plan(visit, dx_office, plan, chapters):
    edit(visit, dx_office, chapters["甲"], "sections", content="kpis")

    response = edit(visit, dx_office, chapters["乙"], "sections", content="kpis")

    assert errors(response) == {"content": ["この内容は「甲」で使われています。"]}
    again = edit(visit, dx_office, chapters["甲"], "sections", content="kpis", body="本文")
    assert again.status_code == 302


def test_section_of_equal_words_is_refused_unless_it_is_a_bare_heading(visit, dx_office, plan):
    url = new_url(plan, "sections")
    bare, numbered = new_part("sections", "概要"), new_part("sections", "概要", number="1")

    statuses = [visit(dx_office, url, data).status_code for data in (bare, bare, numbered)]

    assert statuses == [302, 302, 302]
    assert errors(visit(dx_office, url, numbered)) == {
        "title": ["同じ番号・見出し・本文のものが登録済みです。"]
    }


def test_removing_a_chapter_says_what_stays(visit, dx_office, plan, chapters):
    page = visit(dx_office, part_url(chapters["甲"], "sections", "part_remove"))

    assert page.context["staying"] == ["甲一", "甲一あ", "甲二"]
    remove(visit, dx_office, chapters["甲"], "sections")
    assert names(plan, "sections") == ["甲一", "甲一あ", "甲二", "乙", "乙一"]


# ---- Committees ----------------------------------------------------------------------------


def seats_of(plan):
    return list(
        CommitteeSeat.objects.filter(committee__plan=plan).values_list("position", "role", "post")
    )


def typed_seats(*seats):
    """What the table of seats sends for (post, role) pairs."""
    lines = {
        f"seats-{n}-{name}": text
        for n, seat in enumerate(seats)
        for name, text in zip(("post", "role"), seat, strict=True)
    }
    return lines | {"seats-TOTAL_FORMS": str(len(seats)), "seats-INITIAL_FORMS": "0"}


@pytest.fixture
def headquarters(plan):
    committee = make_part(plan, "committees")
    for position, (role, post) in enumerate((("本部長", "町長"), ("", "副町長")), 1):
        CommitteeSeat.objects.create(committee=committee, position=position, role=role, post=post)
    return committee


def test_committee_is_added_with_its_seats_in_their_order(visit, dx_office, plan):
    seats = typed_seats(("町長", "本部長"), ("", ""), ("副町長", ""))

    visit(dx_office, new_url(plan, "committees"), new_part("committees", **seats))

    assert seats_of(plan) == [(1, "本部長", "町長"), (2, "", "副町長")]
    [(_, _, detail, _)] = records(plan)
    assert detail == "名称: （なし） → 新しい名称\n構成員: （なし） → 本部長: 町長\n副町長"


def test_form_has_three_empty_lines_below_the_seats(visit, dx_office, headquarters):
    page = visit(dx_office, part_url(headquarters, "committees"))

    posts = [line["post"].value() for line in page.context["form"].seats]
    assert posts == ["町長", "副町長", None, None, None]


def test_seats_are_changed_added_and_removed(visit, dx_office, plan, headquarters):
    lines = {
        "seats-0-post": "",
        "seats-0-role": "",
        "seats-1-role": "本部長",
        "seats-2-post": "教育長",
    }

    edit(visit, dx_office, headquarters, "committees", **lines)

    assert seats_of(plan) == [(1, "本部長", "副町長"), (2, "", "教育長")]
    detail = "構成員: 本部長: 町長\n副町長 → 本部長: 副町長\n教育長"
    assert records(plan) == [("edited", "推進組織「名称1」", detail, REASON)]


def test_change_of_the_name_leaves_the_seats(visit, dx_office, plan, headquarters):
    before = list(headquarters.seats.values_list("pk", flat=True))

    edit(visit, dx_office, headquarters, "committees", name="戦略本部")

    assert list(headquarters.seats.values_list("pk", flat=True)) == before


def test_role_without_a_post_is_refused_and_kept(visit, dx_office, plan, headquarters):
    response = edit(visit, dx_office, headquarters, "committees", **{"seats-2-role": "委員"})

    form = response.context["form"]
    assert errors(response) == {"__all__": ["構成員の表に、直すところがあります。"]}
    assert form.seats[2].errors == {"post": ["職を入力してください。"]}
    assert form.seats[2]["role"].value() == "委員"


def test_seat_with_characters_that_nobody_sees_is_refused(visit, dx_office, plan):
    data = new_part("committees", **typed_seats(("町\u202e長", "")))

    response = visit(dx_office, new_url(plan, "committees"), data)

    assert list(errors(response)) == ["__all__"]


def test_form_without_its_table_of_seats_removes_none(visit, dx_office, plan, headquarters):
    response = visit(
        dx_office, part_url(headquarters, "committees"), {"name": "別", "reason": REASON}
    )

    assert list(errors(response)) == ["__all__"]
    assert len(seats_of(plan)) == 2


def test_seats_changed_meanwhile_are_shown(visit, dx_office, plan, headquarters):
    url = part_url(headquarters, "committees")
    data = filled(visit(dx_office, url)) | {"reason": REASON}
    visit(dx_office, url, data | {"seats-1-post": "教育長"})

    response = visit(dx_office, url, data | {"seats-0-post": "副町長"})

    assert response.context["conflict"].differences == (
        Difference("構成員", "本部長: 副町長\n副町長", "本部長: 町長\n教育長"),
    )
    assert filled(response)["seats-0-post"] == "副町長"


def test_committee_that_met_cannot_be_removed(visit, dx_office, plan, headquarters):
    Meeting.objects.create(
        plan=plan, committee=headquarters, name="第1回", held_on=datetime.date(2023, 8, 9)
    )
    url = part_url(headquarters, "committees", "part_remove")

    page = visit(dx_office, url)
    response = visit(dx_office, url, {"seen": page.context["form"]["seen"].value()})

    [item] = page.context["keeping"]
    assert (item.kind, item.names) == ("会議・策定経過", ("令和5年8月9日 第1回",))
    assert errors(response) == {
        "__all__": ["次のものが付いているため、削除できません: 「令和5年8月9日 第1回」"]
    }
    assert names(plan, "committees") == ["名称1"]


def test_committee_is_removed_with_its_seats(visit, dx_office, plan, headquarters):
    page = visit(dx_office, part_url(headquarters, "committees", "part_remove"))

    assert dict(page.context["texts"])["構成員"] == "本部長: 町長\n副町長"
    remove(visit, dx_office, headquarters, "committees")
    assert seats_of(plan) == []


def test_role_typed_before_the_post_is_put_right(visit, dx_office, plan, headquarters):
    edit(visit, dx_office, headquarters, "committees", **{"seats-0-post": "本部長 町長"})
    headquarters.seats.update(role="")

    edit(
        visit,
        dx_office,
        headquarters,
        "committees",
        **{"seats-0-post": "町長", "seats-0-role": "本部長"},
    )

    assert seats_of(plan)[0] == (1, "本部長", "町長")


# ---- Meetings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["令和5年8月9日", "R5.8.9", "2023/8/9", "2023-08-09", "Ｒ５．８．９"]
)
def test_day_is_read_as_offices_write_it(visit, dx_office, plan, typed):
    visit(dx_office, new_url(plan, "meetings"), new_part("meetings", held_on=typed))

    meeting = Meeting.objects.get()
    assert meeting.held_on == datetime.date(2023, 8, 9)
    page = visit(dx_office, part_url(meeting, "meetings"))
    assert filled(page)["held_on"] == "令和5年8月9日"


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", "このフィールドは必須です。"),
        ("令和5年8月", "日まで入力してください。例: 令和5年8月9日"),
        ("R5.8", "日まで入力してください。例: 令和5年8月9日"),
        ("R5.2.30", "「R5.2.30」は暦にない日付です。"),
        ("H31.5.1", "「H31.5.1」は平成の期間に入っていません。"),
        (
            "あした",
            "「あした」は日付として読み取れません。"
            "「R7.3末」「令和7年3月31日」「2025-03-31」のように入力してください。",
        ),
    ],
)
def test_day_that_is_none_is_refused_and_kept(visit, dx_office, plan, typed, refusal):
    response = visit(dx_office, new_url(plan, "meetings"), new_part("meetings", held_on=typed))

    assert errors(response) == {"held_on": [refusal]}
    assert response.context["form"]["held_on"].value() == typed


def test_meeting_ends_after_it_began(visit, dx_office, plan):
    data = new_part("meetings", held_on="R5.8.9", held_until="R5.8.8")

    response = visit(dx_office, new_url(plan, "meetings"), data)

    assert errors(response) == {"held_until": ["終了日は開催日以後にしてください。"]}


def test_meetings_stand_in_the_order_of_their_days(visit, dx_office, plan):
    for number in (3, 1, 2):
        make_part(plan, "meetings", number, held_until=datetime.date(2024, 5, 9))

    rows = visit(dx_office, list_url(plan, "meetings")).context["rows"]

    assert [row.name for row in rows] == ["名称1", "名称2", "名称3"]
    assert rows[0].cells[0] == ("開催日", "令和6年5月1日から令和6年5月9日まで")


def test_meeting_belongs_to_a_committee_of_its_plan(visit, dx_office, town, plan, headquarters):
    foreign = make_part(make_plan(town, code="other"), "committees")
    url = new_url(plan, "meetings")

    response = visit(dx_office, url, new_part("meetings", committee=str(foreign.pk)))
    visit(dx_office, url, new_part("meetings", committee=str(headquarters.pk)))

    assert list(errors(response)) == ["committee"]
    assert Meeting.objects.get().committee == headquarters


# ---- Related plans -------------------------------------------------------------------------


def test_framework_is_national_or_of_the_own_town(visit, dx_office, town, outsider, plan):
    frameworks = {
        code: Framework.objects.create(code=code, name=code, municipality=municipality)
        for code, municipality in (
            ("national", None),
            ("own", town),
            ("foreign", outsider.municipality),
        )
    }
    url = new_url(plan, "related-plans")

    answers = {
        code: visit(
            dx_office,
            url,
            new_part("related-plans", code, framework=str(framework.pk), reason=REASON),
        )
        for code, framework in frameworks.items()
    }

    assert list(errors(answers["foreign"])) == ["framework"]
    connection.check_constraints()
    assert list(RelatedPlan.objects.values_list("name", "framework__code")) == [
        ("national", "national"),
        ("own", "own"),
    ]


# ---- Levels --------------------------------------------------------------------------------


@pytest.fixture
def axes(plan):
    """方針 ＞ 施策 without a name, and 視点 on an axis of its own."""
    rows = (("", 1, 1, "方針"), ("", 1, 2, "施策"), ("視点", 2, 1, "視点"))
    return {
        name: PolicyLevel.objects.create(
            plan=plan, axis=axis, axis_position=position, depth=depth, tier="measure", name=name
        )
        for axis, position, depth, name in rows
    }


def levels(plan):
    return list(
        PolicyLevel.objects.filter(plan=plan).values_list("axis", "axis_position", "depth", "name")
    )


def test_level_goes_to_the_bottom_of_an_axis(visit, dx_office, plan, axes):
    data = new_part("levels", "取組", place=str(axes["施策"].pk), axis="")

    visit(dx_office, new_url(plan, "levels"), data)

    assert levels(plan)[:3] == [("", 1, 1, "方針"), ("", 1, 2, "施策"), ("", 1, 3, "取組")]


def test_level_begins_an_axis(visit, dx_office, plan, axes):
    visit(dx_office, new_url(plan, "levels"), new_part("levels", "柱", axis="柱"))

    assert levels(plan)[-1] == ("柱", 3, 1, "柱")


@pytest.mark.parametrize("axis", ["", "視点"])
def test_new_axis_needs_a_name_of_its_own(visit, dx_office, plan, axes, axis):
    response = visit(dx_office, new_url(plan, "levels"), new_part("levels", axis=axis))

    assert errors(response) == {"axis": ["ほかの体系と区別できる名称を入力してください。"]}


def test_first_axis_needs_no_name(visit, dx_office, plan):
    visit(dx_office, new_url(plan, "levels"), new_part("levels", "方針", axis=""))

    assert levels(plan) == [("", 1, 1, "方針")]


def test_level_below_another_takes_no_axis_of_its_own(visit, dx_office, plan, axes):
    data = new_part("levels", place=str(axes["施策"].pk), axis="柱")

    response = visit(dx_office, new_url(plan, "levels"), data)

    assert errors(response) == {"axis": ["新しい体系を始めるときだけ入力してください。"]}
    assert response.context["form"]["axis"].value() == "柱"


def test_level_goes_nowhere_but_to_the_bottom(visit, dx_office, plan, axes):
    data = new_part("levels", place=str(axes["方針"].pk), axis="")

    response = visit(dx_office, new_url(plan, "levels"), data)

    assert list(errors(response)) == ["place"]


def test_level_of_a_name_on_its_axis_is_refused(visit, dx_office, plan, axes):
    data = new_part("levels", "方針", place=str(axes["施策"].pk), axis="")

    response = visit(dx_office, new_url(plan, "levels"), data)

    assert errors(response) == {"name": ["同じ名称の階層が、この体系に登録済みです。"]}


def test_axis_has_no_more_levels_than_a_plan_shows(visit, dx_office, plan):
    for depth in range(1, MOST_LEVELS + 1):
        make_part(plan, "levels", depth)

    page = visit(dx_office, new_url(plan, "levels"))

    assert [value for value, _ in page.context["form"].fields["place"].choices] == ["new"]


def test_axis_is_renamed_on_all_its_levels(visit, dx_office, plan, axes):
    top = make_policy(plan, level=axes["方針"])
    make_policy(plan, level=axes["施策"], parent=top)

    edit(visit, dx_office, axes["施策"], "levels", axis="体系", name="取組")
    connection.check_constraints()

    assert levels(plan) == [("体系", 1, 1, "方針"), ("体系", 1, 2, "取組"), ("視点", 2, 1, "視点")]
    detail = "階層の名称: 施策 → 取組\n体系の名称: （なし） → 体系"
    assert records(plan) == [("edited", "階層「施策」", detail, REASON)]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"axis": "視点"}, {"axis": ["同じ名称の体系が登録済みです。"]}),
        ({"name": "方針"}, {"name": ["同じ名称の階層が、この体系に登録済みです。"]}),
        (
            {"axis": "体系", "name": "方針"},
            {"name": ["同じ名称の階層が、この体系に登録済みです。"]},
        ),
    ],
)
def test_names_of_axes_and_levels_stay_apart(visit, dx_office, plan, axes, fields, refusal):
    before = levels(plan)

    response = edit(visit, dx_office, axes["施策"], "levels", **fields)

    assert errors(response) == refusal
    assert levels(plan) == before


def test_only_the_lowest_level_can_be_removed(visit, dx_office, plan, axes):
    page = visit(dx_office, part_url(axes["方針"], "levels", "part_remove"))
    data = {"seen": page.context["form"]["seen"].value(), "reason": REASON}

    response = visit(dx_office, part_url(axes["方針"], "levels", "part_remove"), data)

    assert [(item.kind, item.names) for item in page.context["keeping"]] == [
        ("この下の階層", ("施策",))
    ]
    assert errors(response) == {"__all__": ["次のものが付いているため、削除できません: 「施策」"]}
    remove(visit, dx_office, axes["施策"], "levels")
    assert levels(plan) == [("", 1, 1, "方針"), ("視点", 2, 1, "視点")]


def test_level_with_policies_cannot_be_removed(visit, dx_office, plan, axes):
    policy = make_policy(plan, level=axes["視点"], number="①", name="暮らし")
    page = visit(dx_office, part_url(axes["視点"], "levels", "part_remove"))
    data = {"seen": page.context["form"]["seen"].value(), "reason": REASON}

    response = visit(dx_office, part_url(axes["視点"], "levels", "part_remove"), data)

    assert [item.names for item in page.context["keeping"]] == [("① 暮らし",)]
    assert errors(response) == {
        "__all__": ["次のものが付いているため、削除できません: 「① 暮らし」"]
    }
    assert list(Policy.objects.all()) == [policy]


def test_refusal_names_the_first_of_many(visit, dx_office, plan, axes):
    for _ in range(6):
        make_policy(plan, level=axes["視点"])

    response = remove(visit, dx_office, axes["視点"], "levels")

    [refusal] = errors(response)["__all__"]
    assert refusal.endswith("「(5) 施策5」など6件")


def test_committee_named_in_two_plans_is_two(visit, dx_office, town, plan, headquarters):
    other = make_plan(town, code="other")

    visit(dx_office, new_url(other, "committees"), new_part("committees", "名称1"))

    assert Committee.objects.filter(name="名称1").count() == 2
