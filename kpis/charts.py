"""Rows to plotly figures, as plain dicts: building `go.Figure` per request costs 190 times more.

Tests validate the same dicts with `go.Figure`. No queries, no HTML.
"""

from kpis.measurement import MeasurementType, Milestone
from kpis.rows import KpiProgress
from kpis.summary import YearSummary

FONT = '"BIZ UDPGothic", "BIZ UDGothic", Meiryo, "Noto Sans JP", "Noto Sans CJK JP", sans-serif'
INK, GRID_LINE, PRIMARY, EMPHASIS = "#333333", "#E6E6E6", "#0017C1", "#FE3939"
THIS_YEAR, LAST_YEAR, TARGET, REFERENCE = "#0017C1", "#C5D7FB", "#FE3939", "#197A4B"
FEW = 6
LEGEND_BELOW = {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0}
GRADE_COLORS = {
    "a": "#197A4B",
    "b": "#7096F8",
    "c": "#B78F00",
    "d": "#CE0000",
    "before-target": "#C5D7FB",
    "unreported": "#FFFFFF",
    "excluded": "#E6E6E6",
    "uncomputable": "#949494",
    "not-yet-asked": "#FFFFFF",
}


def figure(data, *, title: str, **layout) -> dict:
    """A figure in the product's look; `title` is read out, not drawn."""
    base = {
        "font": {"family": FONT, "size": 14, "color": INK},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "margin": {"l": 56, "r": 16, "t": 16, "b": 80},
        "legend": LEGEND_BELOW,
        "hovermode": "x unified",
        "modebar": {"color": "#666666", "activecolor": PRIMARY, "bgcolor": "#FFFFFF"},
        "meta": {"title": title},
    }
    return {"data": data, "layout": base | layout}


def grade_history_chart(summaries: list[YearSummary]) -> dict:
    """Counts of KPIs per grade, one stacked bar a fiscal year; grades never used are left out."""
    known = dict.fromkeys(grade for summary in summaries for grade in summary.grades)
    rated_first = sorted(known, key=lambda grade: not grade.is_rated)
    used = [grade for grade in rated_first if any(item.count_of(grade) for item in summaries)]
    years = [summary.fiscal_year.era_label for summary in summaries]
    bars = [
        {
            "type": "bar",
            "width": 0.6,
            "name": grade.label,
            "x": years,
            "y": [summary.count_of(grade) for summary in summaries],
            "text": [summary.count_of(grade) or "" for summary in summaries],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "constraintext": "none",
            "marker": {
                "color": GRADE_COLORS[grade.tone],
                "line": {"color": "#767676", "width": 1},
            },
        }
        for grade in used
    ]
    return figure(
        bars,
        title="評語ごとの指標数の推移",
        barmode="stack",
        legend=LEGEND_BELOW | {"traceorder": "normal"},
        xaxis={"type": "category"},
        yaxis=_axis("指標数") | {"tickformat": "d"},
    )


def _axis(title: str) -> dict:
    return {
        "title": {"text": title},
        "gridcolor": GRID_LINE,
        "zerolinecolor": "#949494",
        "automargin": True,
    }


def rate_comparison_chart(rows: list[KpiProgress], fiscal_year: int) -> dict:
    """達成率 of this and last year per KPI, as horizontal bars with the line of 100%."""
    shown = [row for row in reversed(rows) if _has_rate(row, fiscal_year)]
    names = [_short(f"{row.number} {row.name}") for row in shown]
    bars = [
        _rate_bars("前年度", LAST_YEAR, shown, names, fiscal_year - 1),
        _rate_bars("当年度", THIS_YEAR, shown, names, fiscal_year),
    ]
    return figure(
        bars,
        title="指標ごとの達成率（当年度と前年度）",
        barmode="group",
        hovermode="y unified",
        xaxis=_axis("達成率（%）") | {"rangemode": "tozero"},
        yaxis={"type": "category", "automargin": True, "tickfont": {"size": 12}},
        height=140 + 44 * len(shown),
        margin={"l": 16, "r": 24, "t": 48, "b": 56},
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "traceorder": "reversed"},
        shapes=[_line_at_hundred()],
    )


def _has_rate(row, fiscal_year) -> bool:
    return any(_percent(row.at(year)) is not None for year in (fiscal_year - 1, fiscal_year))


def _percent(standing) -> float | None:
    if standing is None or standing.achievement is None:
        return None
    rate = standing.achievement.rate.value
    return None if rate is None else float(rate * 100)


def _rate_bars(name, color, rows, names, fiscal_year) -> dict:
    standings = [row.at(fiscal_year) for row in rows]
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": names,
        "x": [_percent(standing) for standing in standings],
        "customdata": [standing.rate_text if standing else "" for standing in standings],
        "hovertemplate": "%{customdata}",
        "marker": {"color": color, "line": {"color": PRIMARY, "width": 1}},
    }


def _line_at_hundred() -> dict:
    line = {"color": EMPHASIS, "width": 2, "dash": "dash"}
    return {
        "type": "line", "xref": "x", "x0": 100, "x1": 100, "yref": "paper", "y0": 0, "y1": 1,
        "line": line,
    }  # fmt: skip


def _short(text: str, limit: int = 26) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def kpi_chart(row: KpiProgress) -> dict:
    """Baseline, targets, results and reference of one KPI by fiscal year; gaps stay gaps."""
    if row.scale.measurement_type == MeasurementType.MILESTONE:
        return _milestone_chart(row)
    standings = list(row.years.values())
    years = [standing.fiscal_year for standing in standings]
    start = row.baseline_fiscal_year
    traces = [
        _baseline_point(row),
        _earlier_line(years, standings),
        _line("目標", TARGET, years, [_target_value(item) for item in standings], dash="dash"),
        _line("目標の上限", TARGET, years, [_upper_value(item) for item in standings], dash="dash"),
        _expected_line(row, years, standings),
        _reference_line(row, standings),
        _result_line(standings),
    ]
    drawn = [trace for trace in traces if any(value is not None for value in trace["y"])]
    return figure(
        drawn,
        title=f"{row.name}の推移",
        xaxis=_year_axis([start, *years] if start else years),
        yaxis=_axis(row.scale.unit) | _whole_ticks(row, drawn),
    )


def _whole_ticks(row, traces) -> dict:
    """No tick at half a piece, where whole pieces are counted and only few are drawn."""
    values = [value for trace in traces for value in trace["y"] if value is not None]
    is_narrow = bool(values) and max(values) - min(values) <= FEW
    return {"dtick": 1} if row.scale.decimals == 0 and is_narrow else {}


def _year_axis(years) -> dict:
    labels = [year.short_label for year in years]
    return {"type": "category", "categoryorder": "array", "categoryarray": labels,
            "range": [-0.4, len(labels) - 0.6]}  # fmt: skip


def _target_value(standing):
    return standing.target.value if standing.target else None


def _upper_value(standing):
    return standing.target.upper_value if standing.target else None


def _earlier_line(years, standings) -> dict:
    """The targets that stood before they were revised, in the years that were."""
    values = [item.earlier_target.value if item.earlier_target else None for item in standings]
    trace = _line("見直し前の目標", "#949494", years, values, dash="longdash")
    trace["marker"] |= {"symbol": "x"}
    return trace


def _expected_line(row, years, standings) -> dict:
    """The way from baseline to final target, where only a final target was set."""
    targets = [item for item in standings if item.target]
    values = [item.expected.value if len(targets) == 1 else None for item in standings]
    if row.baseline_fiscal_year:
        years, values = [row.baseline_fiscal_year, *years], [row.scale.baseline, *values]
    if all(value is None for value in values[1:]):
        values = []
    trace = _line("期待値", "#7096F8", years[: len(values)], values, dash="dot")
    trace["mode"] = "lines"
    return trace


def _reference_line(row, standings) -> dict:
    """The reference series, which is the target where the KPI is compared with it."""
    years = [standing.fiscal_year for standing in standings]
    values = [standing.result.reference for standing in standings]
    if row.baseline_fiscal_year:
        years.insert(0, row.baseline_fiscal_year)
        values.insert(0, row.baseline_reference)
    name = row.scale.reference_name or "参照値"
    return _line(
        f"{name}（目標）" if row.has_reference else name, REFERENCE, years, values, dash="dot"
    )


def _line(name, color, years, values, *, dash="solid") -> dict:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [year.short_label for year in years],
        "y": [None if value is None else float(value) for value in values],
        "line": {"color": color, "width": 2, "dash": dash},
        "marker": {"size": 8, "color": color},
        "connectgaps": False,
    }


def _result_line(standings) -> dict:
    """Results; preliminary ones as open markers."""
    years = [standing.fiscal_year for standing in standings]
    trace = _line("実績", PRIMARY, years, [standing.result.value for standing in standings])
    trace["marker"] = {
        "size": 10,
        "color": PRIMARY,
        "symbol": [
            "circle-open" if standing.result.is_preliminary else "circle" for standing in standings
        ],
    }
    trace["line"]["width"] = 3
    trace["hovertext"] = [
        "速報" if standing.result.is_preliminary else "" for standing in standings
    ]
    return trace


def _baseline_point(row) -> dict:
    years = [row.baseline_fiscal_year] if row.baseline_fiscal_year else []
    trace = _line("基準値", "#767676", years, [row.scale.baseline for _ in years])
    trace["mode"] = "markers"
    trace["marker"] = {"size": 11, "color": "#767676", "symbol": "diamond"}
    return trace


def _milestone_chart(row) -> dict:
    standings = list(row.years.values())
    years = [standing.fiscal_year for standing in standings]

    def ranks(milestones):
        return [milestone.rank if milestone else None for milestone in milestones]

    traces = [
        _line("目標", TARGET, years, ranks(s.target and s.target.milestone for s in standings)),
        _line("実績", PRIMARY, years, ranks(s.result.milestone for s in standings)),
    ]
    traces[0] |= {"mode": "markers"}
    traces[0]["marker"] |= {"symbol": "star", "size": 14}
    return figure(
        traces,
        title=f"{row.name}の推移",
        xaxis=_year_axis(years),
        yaxis=_axis("")
        | {
            "range": [-0.3, len(Milestone) - 0.7],
            "tickvals": [milestone.rank for milestone in Milestone],
            "ticktext": [milestone.label for milestone in Milestone],
        },
    )
