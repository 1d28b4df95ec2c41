"""A few kills of web workers during saves; `make kills` does a hundred."""

from tests.kills import killed


def test_killed_workers_leave_nothing_half_done_and_lose_nothing_acknowledged():
    findings = killed(3)

    assert findings.is_clean, findings
    assert (findings.kills, findings.saves > 0) == (3, True)
    assert set(findings.answers) <= {302, "none"}, findings
