"""A plan's scales of grades: from the database to pure scales, and which holds in a year."""

from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from kpis.grade_scales import STANDARD, Scale, ScaleBasis, Step
from kpis.models import GradeScale, GradeStep


def scale_rows():
    """An annotation of plans: their scales with steps, as a list of dicts."""
    steps = GradeStep.objects.filter(scale=OuterRef("pk")).values(
        json=JSONObject(symbol="symbol", name="name", lower="lower")
    )
    scales = GradeScale.objects.filter(plan=OuterRef("pk")).values(
        json=JSONObject(
            name="name",
            basis="basis",
            version="version",
            fiscal_year="effective_fiscal_year",
            steps=ArraySubquery(steps),
        )
    )
    return ArraySubquery(scales)


def scales_of(rows) -> tuple[Scale, ...]:
    """Pure scales from what `scale_rows` gives, oldest version first."""
    return tuple(
        Scale(
            name=row["name"],
            basis=ScaleBasis(row["basis"]),
            version=row["version"],
            fiscal_year=row["fiscal_year"],
            steps=tuple(
                Step(step["symbol"], step["name"], _ratio(step["lower"])) for step in row["steps"]
            ),
        )
        for row in rows
    )


def scale_in(scales: tuple[Scale, ...], fiscal_year: int) -> Scale:
    """The latest version that takes effect in a year or before; the standard one without any."""
    begun = [scale for scale in scales if scale.fiscal_year <= fiscal_year]
    return begun[-1] if begun else STANDARD


def _ratio(percent) -> Decimal | None:
    return None if percent is None else Decimal(str(percent)) / 100
