"""The town's rules, the list of people's factors, and taking factors away from somebody."""

import datetime

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from dxplan.accounts.models import FactorRemoval, TownSecurity
from dxplan.accounts.second_factor.people_factors import FactorState, remove_factors
from dxplan.accounts.second_factor.security_changes import save_security
from dxplan.accounts.second_factor.security_forms import NEEDS_HTTPS
from dxplan.accounts.second_factor.security_views import CHANGED
from tests.factories import make_person, make_town
from tests.races import together
from tests.second_factors import make_passkey

RULES = "/accounts/security/"
PEOPLE = "/accounts/security/people/"
BOTH = {"offers_totp": "on", "offers_passkeys": "on", "seen": "1"}


@pytest.fixture
def admin(db):
    """The system administrator of the whole installation."""
    return make_person("admin", role="system_administrator")


def removal_url(person):
    return f"{PEOPLE}{person.pk}/remove/"


def saved(town):
    return TownSecurity.objects.filter(municipality=town).values_list(
        "offers_totp", "offers_passkeys", "required_roles", "version"
    )


def test_town_offers_both_and_requires_nothing_until_it_says_so(visit, dx_office):
    form = visit(dx_office, RULES).context["form"]

    assert [form[name].value() for name in form.fields] == [True, True, [], 1]


def test_rules_are_saved(visit, dx_office, town):
    typed = {"offers_totp": "on", "required_roles": ["head", "dx_office"], "seen": "1"}
    response = visit(dx_office, RULES, typed, follow=True)

    assert [str(item) for item in response.context["messages"]] == [
        "二要素認証の設定を保存しました。"
    ]
    assert list(saved(town)) == [(True, False, ["head", "dx_office"], 2)]


def test_rules_are_changed_again(visit, dx_office, town):
    visit(dx_office, RULES, BOTH | {"required_roles": ["head"]})
    visit(dx_office, RULES, BOTH | {"seen": "2"})

    assert list(saved(town)) == [(True, True, [], 3)]


def test_roles_cannot_be_asked_for_what_is_not_offered(visit, dx_office, town):
    response = visit(dx_office, RULES, {"required_roles": ["head"], "seen": "1"})

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "__all__": ["必須にする役割があるときは、認証アプリかパスキーを使えるようにしてください。"]
    }
    assert list(saved(town)) == []


@pytest.mark.parametrize(("is_secure", "status"), [(False, 422), (True, 302)])
def test_passkeys_alone_are_required_only_over_https(visit, dx_office, is_secure, status):
    typed = {"offers_passkeys": "on", "required_roles": ["head"], "seen": "1"}
    response = visit(dx_office, RULES, typed, secure=is_secure)

    assert response.status_code == status
    if status == 422:
        assert response.context["form"].errors == {"__all__": [NEEDS_HTTPS]}


def test_unknown_role_is_refused(visit, dx_office, town):
    response = visit(dx_office, RULES, BOTH | {"required_roles": ["mayor"]})

    assert (response.status_code, list(response.context["form"].errors)) == (
        422,
        ["required_roles"],
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        TownSecurity.objects.create(municipality=town, required_roles=["mayor"])
    with pytest.raises(IntegrityError), transaction.atomic():
        TownSecurity.objects.create(
            municipality=town, required_roles=["head"], offers_totp=False, offers_passkeys=False
        )


def test_second_of_two_who_opened_the_page_is_told(visit, dx_office, town):
    visit(dx_office, RULES, BOTH | {"required_roles": ["head"]})
    response = visit(dx_office, RULES, BOTH | {"required_roles": ["staff"]})
    form = response.context["form"]

    assert (response.status_code, form.errors) == (409, {"__all__": [CHANGED]})
    assert form["required_roles"].value() == ["staff"]
    assert list(saved(town)) == [(True, True, ["head"], 2)]
    again = BOTH | {"required_roles": ["staff"], "seen": form["seen"].value()}
    assert visit(dx_office, RULES, again).status_code == 302
    assert list(saved(town)) == [(True, True, ["staff"], 3)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_first", [True, False])
def test_of_two_who_save_at_once_one_wins(is_first):
    town = make_town()
    seen = 1
    if not is_first:
        TownSecurity.objects.create(municipality=town)
    save = [
        lambda role=role: save_security(town=town, seen=seen, required_roles=[role])
        for role in ("head", "staff")
    ]

    assert sorted(together(*save)) == [False, True]
    assert TownSecurity.objects.get().version == 2


NO_MANAGERS = ("staff", "head", "committee", "auditor")


@pytest.mark.parametrize("role", NO_MANAGERS)
def test_others_manage_nothing(visit, town, department, role, dx_office):
    own = department if role in ("staff", "head") else None
    person = make_person("someone", town, role=role, department=own)

    for url in (RULES, PEOPLE, removal_url(dx_office)):
        assert visit(person, url).status_code == 403
        assert visit(person, url, {"reason": "紛失"}).status_code in (403, 405)


def test_link_to_the_rules_is_shown_to_who_may_set_them(visit, dx_office, committee):
    link = f'href="{RULES}"'

    assert link in visit(dx_office, "/accounts/second-factor/").content.decode()
    assert link not in visit(committee, "/accounts/second-factor/").content.decode()


def test_administrator_of_no_town_chooses_one(visit, admin, town):
    assert [str(item) for item in visit(admin, RULES).context["towns"]] == ["香美町"]
    assert visit(admin, PEOPLE).url == RULES
    assert visit(admin, f"{RULES}?town=285854").context["town"] == town
    assert visit(admin, f"{RULES}?town=999999").status_code == 404

    response = visit(admin, f"{RULES}?town=285854", BOTH | {"required_roles": ["head"]})
    assert response.url == f"{RULES}?town=285854"
    assert list(saved(town)) == [(True, True, ["head"], 2)]


def test_other_town_is_not_found(visit, dx_office, outsider):
    assert visit(dx_office, f"{RULES}?town=345458").status_code == 404
    assert visit(dx_office, f"{PEOPLE}?town=345458").status_code == 404
    assert visit(dx_office, removal_url(outsider)).status_code == 404


def test_list_tells_who_has_what(visit, dx_office, staff, committee, town):
    TownSecurity.objects.create(municipality=town, required_roles=["committee"])
    make_passkey(staff)
    make_passkey(staff, name="予備の鍵")
    Authenticator.objects.create(user=staff, type="totp", data={"secret": ""})
    Authenticator.objects.create(user=staff, type="recovery_codes", data={})
    make_person("former", town, role="auditor", is_active=False)
    rows = [item.record for item in visit(dx_office, PEOPLE).context["table"].rows]

    assert [(row.name, row.roles, row.factors, row.state, row.may_remove) for row in rows] == [
        ("committee", ("推進委員",), "", FactorState.MISSING, False),
        ("office", ("DX推進担当",), "", FactorState.UNUSED, False),
        ("staff", ("担当者",), "認証アプリ、パスキー2個", FactorState.REGISTERED, True),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_eight_queries(count_queries, dx_office, town, count):
    for number in range(count):
        make_passkey(make_person(f"kikaku-{number}", town, role="auditor"))

    assert count_queries(8, dx_office, PEOPLE).status_code == 200


def test_factors_are_taken_away_with_a_reason_on_record(visit, dx_office, staff, time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 20, 9, tzinfo=datetime.UTC), tick=False)
    make_passkey(staff)
    Authenticator.objects.create(user=staff, type="recovery_codes", data={})
    response = visit(dx_office, removal_url(staff), {"reason": "鍵の紛失"}, follow=True)

    assert response.redirect_chain == [(PEOPLE, 302)]
    assert [str(item) for item in response.context["messages"]] == [
        "staffさんの二要素認証を解除しました。"
    ]
    assert not Authenticator.objects.exists()
    kept = FactorRemoval.objects.get()
    assert (kept.person, kept.removed_by, kept.factors, kept.reason) == (
        staff,
        dx_office,
        "パスキー1個",
        "鍵の紛失",
    )
    assert "2026年11月20日 18:00　パスキー1個（office）　理由：鍵の紛失" in (
        visit(dx_office, removal_url(staff)).content.decode()
    )


@pytest.mark.parametrize("reason", ["", "　 ", "あ" * 501, "a\u202eb"])
def test_factors_stay_without_a_fit_reason(visit, dx_office, staff, reason):
    make_passkey(staff)
    response = visit(dx_office, removal_url(staff), {"reason": reason})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["reason"])
    assert Authenticator.objects.count() == 1


def test_removal_sent_twice_is_on_record_once(visit, dx_office, staff):
    make_passkey(staff)
    visit(dx_office, removal_url(staff), {"reason": "鍵の紛失"})
    response = visit(dx_office, removal_url(staff), {"reason": "鍵の紛失"}, follow=True)

    assert [str(item) for item in response.context["messages"]][-1] == (
        "staffさんに、解除するものはありませんでした。"
    )
    assert FactorRemoval.objects.count() == 1


def test_nobody_takes_away_ones_own(visit, dx_office):
    make_passkey(dx_office)

    assert visit(dx_office, removal_url(dx_office)).status_code == 403
    assert visit(dx_office, removal_url(dx_office), {"reason": "紛失"}).status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        remove_factors(person=dx_office, by=dx_office, reason="紛失")
    assert Authenticator.objects.count() == 1


def test_only_an_administrator_takes_away_an_administrators(visit, dx_office, town, admin):
    mighty = make_person("mighty", town, role="system_administrator")
    make_passkey(mighty)

    assert visit(dx_office, removal_url(mighty)).status_code == 403
    url = f"{removal_url(mighty)}?town=285854"
    assert visit(admin, url, {"reason": "紛失"}).url == f"{PEOPLE}?town=285854"
    assert not Authenticator.objects.exists()


def test_removal_without_a_reason_is_refused_by_the_database(dx_office, staff):
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorRemoval.objects.create(
            person=staff, removed_by=dx_office, factors="認証アプリ", reason="　 "
        )
