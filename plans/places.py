"""Where something stands in a plan's document: the page's address with an anchor."""

from django.urls import reverse


def policy_url(plan_id: int, policy_id: int) -> str:
    return _place(plan_id, f"policy-{policy_id}")


def section_url(plan_id: int, section_id: int) -> str:
    return _place(plan_id, f"section-{section_id}")


def term_url(plan_id: int, term_id: int) -> str:
    return _place(plan_id, f"term-{term_id}")


def _place(plan_id, anchor):
    return f"{reverse('plan_detail', args=[plan_id])}#{anchor}"
