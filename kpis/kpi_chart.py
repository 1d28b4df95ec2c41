"""The figure of one KPI: its results beside all that they are compared with.

Nothing is told by colour alone: lines differ in dash and marker too.
"""

from kpis.charts import PRIMARY, axis, figure
from kpis.measurement import MeasurementType, Milestone, TargetKind
from kpis.rows import KpiProgress
from kpis.target_rows import revision_number

TARGET, REPLACED, EXPECTED, REFERENCE = "#FE3939", "#767676", "#7096F8", "#197A4B"
REPLACED_MARKERS = ("x", "diamond-tall", "hourglass", "cross")
REPLACED_DASHES = ("longdash", "dashdot", "longdashdot", "dot")
IN_FULL = {"exponentformat": "none", "separatethousands": True}  # no 1.2M
FEW = 6


def kpi_chart(row: KpiProgress) -> dict:
    """Baseline, targets old and new, results and reference of one KPI by year; gaps stay gaps."""
    if row.scale.measurement_type == MeasurementType.MILESTONE:
        return _milestone_chart(row)
    standings = list(row.years.values())
    years = [standing.fiscal_year for standing in standings]
    start = row.baseline_fiscal_year
    traces = [
        _baseline_point(row),
        *_replaced_lines(row, years),
        *_target_lines(row, standings),
        _expected_line(row, standings),
        _reference_line(row, standings),
        *_result_lines(standings, [standing.result.value for standing in standings]),
    ]
    drawn = _drawn(traces)
    return figure(
        drawn,
        title=f"{row.name}の推移",
        xaxis=_year_axis([start, *years] if start else years),
        yaxis=axis("") | IN_FULL | _whole_ticks(row, drawn),
        annotations=_unit_above(row.scale.unit),
        margin={"l": 56, "r": 16, "t": 40, "b": 80},
    )


def _unit_above(unit) -> list[dict]:
    """The unit above the axis, to be read without turning one's head."""
    place = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 1}
    look = {"yanchor": "bottom", "xshift": -40, "yshift": 8, "showarrow": False}
    return [{"text": f"（{unit}）", **place, **look}] if unit else []


def _drawn(traces) -> list[dict]:
    return [trace for trace in traces if any(value is not None for value in trace["y"])]


def _whole_ticks(row, traces) -> dict:
    """No tick at half a piece, where whole pieces are counted and only few are drawn."""
    values = [value for trace in traces for value in trace["y"] if value is not None]
    is_narrow = bool(values) and max(values) - min(values) <= FEW
    return {"dtick": 1} if row.scale.decimals == 0 and is_narrow else {}


def _year_axis(years) -> dict:
    labels = [year.short_label for year in years]
    return {"type": "category", "categoryorder": "array", "categoryarray": labels,
            "range": [-0.4, len(labels) - 0.6]}  # fmt: skip


def _target_lines(row, standings) -> list[dict]:
    """The targets by which each year is judged; both bounds of a range."""
    years = [standing.fiscal_year for standing in standings]
    targets = [standing.target for standing in standings]
    lower = [target and target.value for target in targets]
    upper = [target and target.upper_value for target in targets]
    texts = [_figure_text(row, target) for target in targets]
    if all(value is None for value in upper):
        return [_target_line("目標", years, lower, texts, "square")]
    upper_texts = [row.scale.show(value) for value in upper]
    return [
        _target_line("目標の下限", years, lower, texts, "triangle-up"),
        _target_line("目標の上限", years, upper, upper_texts, "triangle-down"),
    ]


def _figure_text(row, target) -> str:
    """What a point of a target's line says: the target, of a range its lower bound."""
    if target is None or target.kind == TargetKind.NUMBER:
        return target.text if target else ""
    return row.scale.show(target.value)


def _target_line(name, years, values, texts, symbol) -> dict:
    """Its markers are larger than a result's, to be seen where a target was met exactly."""
    trace = _line(name, TARGET, years, values, dash="dash", texts=texts)
    trace["marker"] |= {"symbol": symbol, "size": 13}
    return trace


def _replaced_lines(row, years) -> list[dict]:
    """The targets as they stood before each revision, lighter than those in force."""
    numbers = sorted({revision_number(target) for target in row.targets})[:-1]
    return [line for number in numbers for line in _replaced_version(row, years, number)]


def _replaced_version(row, years, number) -> list[dict]:
    """One line, or both bounds of a range."""
    name = f"第{number}回見直しの目標" if number else "当初目標"
    own = {
        target.fiscal_year: target for target in row.targets if revision_number(target) == number
    }
    targets = [own.get(year) for year in years]
    lower = [target and target.value for target in targets]
    upper = [target and target.upper_value for target in targets]
    texts = [_figure_text(row, target) for target in targets]
    if all(value is None for value in upper):
        return [_replaced_line(name, years, lower, texts, number)]
    upper_texts = [row.scale.show(value) for value in upper]
    return [
        _replaced_line(f"{name}の下限", years, lower, texts, number),
        _replaced_line(f"{name}の上限", years, upper, upper_texts, number),
    ]


def _replaced_line(name, years, values, texts, number) -> dict:
    look = number % len(REPLACED_MARKERS)
    trace = _line(name, REPLACED, years, values, dash=REPLACED_DASHES[look], texts=texts)
    trace["marker"] |= {"symbol": REPLACED_MARKERS[look], "size": 10}
    return trace


def _expected_line(row, standings) -> dict:
    """The way from baseline to final target, where only a final target was set."""
    years = [standing.fiscal_year for standing in standings]
    values = [standing.expected.value if row.has_expected else None for standing in standings]
    texts = [standing.expected_text for standing in standings]
    if row.has_expected:
        years, values = [row.baseline_fiscal_year, *years], [row.scale.baseline, *values]
        texts.insert(0, row.scale.show(row.scale.baseline))
    trace = _line("期待値", EXPECTED, years, values, dash="dot", texts=texts)
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


def _line(name, color, years, values, *, dash="solid", texts=None) -> dict:
    """`texts` are the words for the values that stand beside the pointer; else plain numbers."""
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [year.short_label for year in years],
        "y": [None if value is None else float(value) for value in values],
        "line": {"color": color, "width": 2, "dash": dash},
        "marker": {"size": 8, "color": color},
        "connectgaps": False,
    }
    return trace | _told(texts) if texts else trace


def _told(texts) -> dict:
    return {"customdata": texts, "hovertemplate": "%{customdata}"}


def _result_lines(standings, values) -> list[dict]:
    """Results in one line; preliminary ones as open markers with an entry in the legend."""
    years = [standing.fiscal_year for standing in standings]
    marks = [standing.result.is_preliminary for standing in standings]
    trace = _line("実績", PRIMARY, years, values)
    trace["marker"] = {
        "size": 10,
        "color": PRIMARY,
        "symbol": ["circle-open" if is_open else "circle" for is_open in marks],
    }
    trace["line"]["width"] = 3
    trace |= _told(
        [
            f"{standing.result.text}{'（速報）' if standing.result.is_preliminary else ''}"
            for standing in standings
        ]
    )
    only = [value if is_open else None for value, is_open in zip(values, marks, strict=True)]
    return [trace, _preliminary_points(years, only)]


def _preliminary_points(years, values) -> dict:
    """A white middle over the line's points, named in the legend."""
    trace = _line("実績（速報）", PRIMARY, years, values)
    line = {"color": PRIMARY, "width": 3}
    return trace | {
        "mode": "markers",
        "marker": {"size": 12, "color": "#FFFFFF", "symbol": "circle", "line": line},
        "hoverinfo": "skip",
    }


def _baseline_point(row) -> dict:
    years = [row.baseline_fiscal_year] if row.baseline_fiscal_year else []
    trace = _line("基準値", "#767676", years, [row.scale.baseline for _ in years])
    trace["mode"] = "markers"
    trace["marker"] = {"size": 11, "color": "#767676", "symbol": "diamond"}
    return trace


def _milestone_chart(row) -> dict:
    """Stages by their order; a year without one is a gap."""
    standings = list(row.years.values())
    years = [standing.fiscal_year for standing in standings]
    targets = _line(
        "目標",
        TARGET,
        years,
        _ranks(standing.target and standing.target.milestone for standing in standings),
    )
    targets |= {"mode": "markers"} | _told(
        [standing.target.text if standing.target else "" for standing in standings]
    )
    targets["marker"] |= {"symbol": "star", "size": 14}
    results = _ranks(standing.result.milestone for standing in standings)
    return figure(
        _drawn([targets, *_result_lines(standings, results)]),
        title=f"{row.name}の推移",
        xaxis=_year_axis(years),
        yaxis=axis("")
        | {
            "range": [-0.3, len(Milestone) - 0.7],
            "tickvals": [milestone.rank for milestone in Milestone],
            "ticktext": [milestone.label for milestone in Milestone],
        },
    )


def _ranks(milestones):
    return [milestone.rank if milestone else None for milestone in milestones]
