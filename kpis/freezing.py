"""From the rows of today to a FrozenYear: what is shown of a year and every figure behind it."""

from django.utils import timezone

from dxplan.lib.fiscal_years import FiscalYear
from kpis.explanation import explain, remarks
from kpis.frozen import (
    FORMAT,
    FrozenBefore,
    FrozenCount,
    FrozenGrade,
    FrozenKpi,
    FrozenLayer,
    FrozenLine,
    FrozenResult,
    FrozenRevision,
    FrozenScale,
    FrozenStanding,
    FrozenTarget,
    FrozenYear,
)
from kpis.rows import KpiProgress, YearStanding
from kpis.standings import reasons
from kpis.summary import behind, has_sample, measured_in, summarize
from kpis.target_rows import earlier_version, revision_number

NO_TARGET_BEFORE = "（なし）"


def freeze(plan, rows: list[KpiProgress], fiscal_year: int, *, has_previous: bool) -> FrozenYear:
    """The year as the rows tell it now. No queries where the plan has its town."""
    summary = summarize(rows, fiscal_year, has_previous=has_previous)
    measured = measured_in(rows, fiscal_year)
    return FrozenYear(
        format=FORMAT,
        town=plan.municipality.name,
        plan_title=plan.title,
        fiscal_year=int(fiscal_year),
        year_label=FiscalYear(fiscal_year).label,
        total=summary.total,
        rated=summary.rated,
        denominator_text=summary.denominator_text,
        counts=tuple(_count(item) for item in summary.shown_counts),
        scale=_scale(measured[0].at(fiscal_year).grade_scale) if measured else None,
        kpis=tuple(_kpi(row, fiscal_year) for row in measured),
        behind=tuple(row.id for row in behind(rows, fiscal_year)),
        has_sample=has_sample(measured, [fiscal_year]),
    )


def _count(item):
    return FrozenCount(_grade(item.grade), item.count, item.previous, item.change_text)


def _grade(grade):
    return FrozenGrade(grade.symbol, grade.name, grade.meaning, grade.tone, grade.is_rated)


def _scale(scale):
    return FrozenScale(scale.name, scale.version, scale.fiscal_year, scale.basis.value)


def _kpi(row, fiscal_year):
    standing, before = row.at(fiscal_year), row.at(fiscal_year - 1)
    return FrozenKpi(
        id=row.id,
        number=row.number,
        name=row.name,
        definition=row.definition,
        unit=row.scale.unit,
        decimals=row.scale.decimals,
        measurement_type=row.scale.measurement_type.value,
        direction=row.scale.direction.value,
        rate_formula=row.scale.rate_formula.value,
        policy_path=row.policy.path,
        group_label=row.policy.group_label,
        policy_label=row.policy.label,
        departments_text=row.departments_text,
        baseline=row.scale.baseline,
        baseline_text=row.baseline_text,
        final_target_text=standing.scale.final_target_text,
        standing=_standing(row, standing, fiscal_year),
        previous=_before(before) if before else None,
        revisions=tuple(_revision(row, item) for item in row.revisions),
    )


def _standing(row, standing: YearStanding, fiscal_year):
    achievement = standing.achievement
    return FrozenStanding(
        target=_target(standing) if standing.target else None,
        target_text=standing.target_text,
        result=_result(standing.result),
        verdict_text=standing.verdict_text,
        rate=achievement.rate.value if achievement else None,
        rate_text=standing.rate_text,
        progress=achievement.progress.value if achievement else None,
        progress_text=standing.progress_text,
        is_worse=bool(achievement and achievement.is_worse),
        expected=standing.expected.value,
        expected_text=standing.expected_text,
        grade=_grade(standing.grade),
        automatic_grade=_grade(standing.automatic_grade),
        is_overridden=standing.is_overridden,
        is_behind=standing.is_behind,
        remarks=tuple(remarks(standing)),
        reasons=tuple(reasons(standing)),
        explanation=tuple(FrozenLine(line.label, line.text) for line in explain(row, fiscal_year)),
        layers=tuple(_layer(said) for said in standing.judgements),
    )


def _target(standing):
    target, earlier = standing.target, standing.earlier_target
    return FrozenTarget(
        kind=target.kind.value,
        text=target.text,
        value=target.value,
        upper_value=target.upper_value,
        is_strict=target.is_strict,
        taken=target.taken,
        version_text=target.version_text,
        earlier_text=earlier.text if earlier else "",
    )


def _result(result):
    return FrozenResult(
        state=result.state.value,
        text=result.text,
        value=result.value,
        own_value=result.own_value,
        numerator=result.numerator,
        denominator=result.denominator,
        reference=result.reference,
        taken=result.taken,
        note=result.note,
        is_preliminary=result.is_preliminary,
        is_sample=result.is_sample,
        entered_by=result.entered_by,
        entered_at=_moment(result.entered_at),
        review_state=result.review.state.value if result.version else "",
        approved_by=result.review.approved_by,
        checked_by=result.review.checked_by,
    )


def _layer(said):
    return FrozenLayer(
        label=said.layer.label,
        symbol=said.symbol,
        comment=said.comment,
        cause=said.cause,
        next_step=said.next_step,
        entered_by=said.entered_by,
        entered_at=_moment(said.entered_at),
        layer=said.layer.value,
    )


def _before(standing):
    result = standing.result
    return FrozenBefore(result.text, standing.rate_text, _grade(standing.grade))


def _revision(row, revision):
    own = [target for target in row.targets if revision_number(target) == revision.number]
    return FrozenRevision(
        number=revision.number,
        effective_fiscal_year=int(revision.effective_fiscal_year),
        effective_text=revision.effective_fiscal_year.era_label,
        decided_on=revision.decided_on.isoformat(),
        decided_text=revision.decided_text,
        decided_by=revision.decided_by,
        category=revision.category,
        reason=revision.reason,
        changes=tuple(_change(row, target) for target in own),
    )


def _change(row, target):
    earlier = earlier_version(row.targets, target)
    before = earlier.text if earlier else NO_TARGET_BEFORE
    return f"{FiscalYear(target.fiscal_year).era_label}: {before} → {target.text}"


def _moment(moment) -> str:
    """In Japanese time, to the second, with the offset; blank for none."""
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""
