"""The table of review steps, and the database's copy of it."""

import pytest
from django.db import connection

from plans.review import TRANSITIONS, ReviewState, ReviewStep, after, leads_to, steps_from

DRAFT, RETURNED, SUBMITTED, APPROVED, CHECKED = ReviewState
SUBMIT, WITHDRAW, APPROVE, CHECK, SEND_BACK, REOPEN = ReviewStep

# Every state with every step, as the safety rules tell them; None cannot be done.
EXPECTED = {
    (DRAFT, SUBMIT): SUBMITTED,
    (DRAFT, WITHDRAW): None,
    (DRAFT, APPROVE): None,
    (DRAFT, CHECK): None,
    (DRAFT, SEND_BACK): None,
    (DRAFT, REOPEN): None,
    (RETURNED, SUBMIT): SUBMITTED,
    (RETURNED, WITHDRAW): None,
    (RETURNED, APPROVE): None,
    (RETURNED, CHECK): None,
    (RETURNED, SEND_BACK): None,
    (RETURNED, REOPEN): None,
    (SUBMITTED, SUBMIT): None,
    (SUBMITTED, WITHDRAW): DRAFT,
    (SUBMITTED, APPROVE): APPROVED,
    (SUBMITTED, CHECK): None,
    (SUBMITTED, SEND_BACK): RETURNED,
    (SUBMITTED, REOPEN): None,
    (APPROVED, SUBMIT): None,
    (APPROVED, WITHDRAW): None,
    (APPROVED, APPROVE): None,
    (APPROVED, CHECK): CHECKED,
    (APPROVED, SEND_BACK): RETURNED,
    (APPROVED, REOPEN): DRAFT,
    (CHECKED, SUBMIT): None,
    (CHECKED, WITHDRAW): None,
    (CHECKED, APPROVE): None,
    (CHECKED, CHECK): None,
    (CHECKED, SEND_BACK): None,
    (CHECKED, REOPEN): DRAFT,
}


@pytest.mark.parametrize(("state", "step"), EXPECTED)
def test_step_leads_where_the_rules_say(state, step):
    assert after(state, step) == EXPECTED[state, step]


def test_every_state_is_tried_with_every_step():
    assert set(EXPECTED) == {(state, step) for state in ReviewState for step in ReviewStep}


@pytest.mark.parametrize("step", ReviewStep)
def test_step_ends_in_one_state_only(step):
    assert {end for (_, own), end in TRANSITIONS.items() if own == step} == {leads_to(step)}


def test_steps_of_a_state_are_those_of_the_table():
    assert steps_from(SUBMITTED) == (WITHDRAW, APPROVE, SEND_BACK)
    assert steps_from(CHECKED) == (REOPEN,)


@pytest.mark.django_db
def test_database_has_the_same_steps():
    pairs = [(before, following) for before in ReviewState for following in ReviewState]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pair[1], pair[2] FROM unnest(%s::text[]) WITH ORDINALITY AS t(one, n), "
            "LATERAL (SELECT string_to_array(one, ' ') AS pair) AS parts "
            "WHERE plans_is_review_step(pair[1], pair[2])",
            [[f"{before.value} {following.value}" for before, following in pairs]],
        )
        found = set(cursor.fetchall())

    ours = {(before.value, end.value) for (before, _), end in TRANSITIONS.items()}
    assert found == ours | {(state.value, state.value) for state in ReviewState}
