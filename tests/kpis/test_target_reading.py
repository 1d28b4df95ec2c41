"""What a typed target means for a KPI."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.measurement import Direction, MeasurementType, Milestone, RateFormula, TargetKind
from kpis.rows import Scale
from kpis.target_reading import TAKEN_AWAY, TargetValue, cell_text, read_target


def make_scale(**overrides):
    fields = {
        "measurement_type": MeasurementType.YEARLY_FLOW,
        "direction": Direction.INCREASE,
        "rate_formula": RateFormula.TO_TARGET,
        "unit": "%",
        "decimals": 1,
        "reference_name": "",
        "baseline": None,
        "final_target": None,
    }
    return Scale(**fields | overrides)


DECREASE = make_scale(direction=Direction.DECREASE, unit="件", decimals=0)
COMPARED = make_scale(direction=Direction.MAINTAIN_AT_LEAST, reference_name="全国平均")
RANGE = make_scale(direction=Direction.RANGE, unit="件", decimals=0)
STAGES = make_scale(measurement_type=MeasurementType.MILESTONE, unit="", decimals=0)
WORDS = make_scale(measurement_type=MeasurementType.QUALITATIVE, unit="")


def number(value):
    return TargetValue(TargetKind.NUMBER, value=Decimal(value))


def strict(value):
    return TargetValue(TargetKind.NUMBER, value=Decimal(value), is_strict=True)


def bounds(lower, upper):
    return TargetValue(TargetKind.RANGE, value=Decimal(lower), upper_value=Decimal(upper))


@pytest.mark.parametrize(
    ("typed", "scale", "target"),
    [
        ("", make_scale(), None),
        ("　", make_scale(), None),
        ("－", make_scale(), None),
        ("45", make_scale(), number("45")),
        ("45%以上", make_scale(), number("45")),
        ("４５．５％以上", make_scale(), number("45.5")),
        ("≧45", make_scale(), number("45")),
        (">=45", make_scale(), number("45")),
        ("▲3.5", make_scale(), number("-3.5")),
        ("1,234", DECREASE, number("1234")),
        ("50件以下", DECREASE, number("50")),
        ("≦50", DECREASE, number("50")),
        *((typed, make_scale(), TAKEN_AWAY) for typed in ("なし", "　なし ", "目標なし", "無し")),
        *(("なし", scale, TAKEN_AWAY) for scale in (COMPARED, RANGE, STAGES, WORDS)),
        ("50未満", DECREASE, strict("50")),
        ("５０件未満", DECREASE, strict("50")),
        ("＜50", DECREASE, strict("50")),
        ("50件を下回る", DECREASE, strict("50")),
        ("12.5%超", make_scale(), strict("12.5")),
        ("50超", make_scale(measurement_type=MeasurementType.RATIO), strict("50")),
        ("▲3を超える", make_scale(), strict("-3")),
        ("全国平均超", COMPARED, TargetValue(TargetKind.REFERENCE, is_strict=True)),
        ("全国平均を上回る", COMPARED, TargetValue(TargetKind.REFERENCE, is_strict=True)),
        ("全国平均以上", COMPARED, TargetValue(TargetKind.REFERENCE)),
        ("全国平均", COMPARED, TargetValue(TargetKind.REFERENCE)),
        ("80", COMPARED, number("80")),
        ("40〜60", RANGE, bounds("40", "60")),
        ("４０～６０", RANGE, bounds("40", "60")),
        ("40件から60件", RANGE, bounds("40", "60")),
        ("40以上60以下", RANGE, bounds("40", "60")),
        ("-5〜5", RANGE, bounds("-5", "5")),
        ("40-60", RANGE, bounds("40", "60")),
        ("完了", STAGES, TargetValue(TargetKind.MILESTONE, milestone=Milestone.DONE)),
        ("方針が浸透 ", WORDS, TargetValue(TargetKind.TEXT, text="方針が浸透")),
    ],
)
def test_target_is_read(typed, scale, target):
    reading = read_target(typed, scale)

    assert (reading.target, reading.error, reading.question) == (target, "", "")


@pytest.mark.parametrize(
    ("typed", "scale", "target", "question"),
    [
        ("約30", make_scale(), "30", "「約」は保存されません。値は 30 でよろしいですか。"),
        ("0.12", make_scale(), "12", "12% の意味でよろしいですか。"),
    ],
)
def test_target_with_two_meanings_is_asked_about(typed, scale, target, question):
    reading = read_target(typed, scale)

    assert (reading.target, reading.question) == (number(target), question)


NO_REFERENCE = (
    "「全国平均以上」は読み取れません。"
    "参照値との比較は、指標に「参照値の名称」を登録すると使えます。"
)


@pytest.mark.parametrize(
    ("typed", "scale", "error"),
    [
        (
            "45以下",
            make_scale(),
            "目指す方向が「増加」の指標なので、「45以下」は登録できません。",
        ),
        ("全国平均以上", make_scale(), NO_REFERENCE),
        (
            "県平均以上",
            COMPARED,
            "「県平均以上」は読み取れません。この指標の参照値は「全国平均」です。",
        ),
        ("以上", make_scale(), "「以上」に数値がありません。（例: 45以上）"),
        (
            "45以上以上",
            make_scale(),
            "「45以上以上」は目標として読み取れません。（例: 45、45以上）",
        ),
        (
            "30～40",
            make_scale(),
            "「30～40」は範囲です。範囲の目標は、目指す方向が「範囲」の指標だけに使えます。",
        ),
        (
            "未定",
            make_scale(),
            "「未定」は入力できません。決まっていないときは、空のままにしてください。",
        ),
        (
            "50超",
            DECREASE,
            "目指す方向が「減少」の指標なので、「50超」は登録できません。",
        ),
        *(
            (
                typed,
                RANGE,
                f"範囲の目標は下限と上限を含みます。「{typed}」のような「超」「未満」は"
                "登録できません。（例: 40〜60）",
            )
            for typed in ("40以上60未満", "40〜60未満", "40超60以下", "＞40")
        ),
        ("60〜40", RANGE, "下限が上限より大きくなっています。（例: 40〜60）"),
        (
            "40",
            RANGE,
            "目指す方向が「範囲」の指標です。下限と上限を入力してください。（例: 40〜60）",
        ),
        (
            "実施済",
            STAGES,
            "「実施済」は到達段階にありません。未着手・準備中・実施中・完了から選んでください。",
        ),
        ("あ" * 501, WORDS, "目標の文章は500字以内です（現在501字）。"),
        ("完了", make_scale(), "「完了」は数値ではなく状態です。（例: 12.5）"),
        (
            "27手続",
            DECREASE,
            "「27手続」の単位「手続」は使えません。この欄の単位は「件」です。（例: 12）",
        ),
    ],
)
def test_target_that_cannot_be_is_refused(typed, scale, error):
    reading = read_target(typed, scale)

    assert (reading.target, reading.error) == (None, error)


REFUSED = (
    *("27件", "1,23", "3割", "半数", "1万", "1.2億", "ー5", "△", "○", "×", "①", "²", "½", "٣٤"),
    *("1_000", "0x1F", "1e5", "1E400", "NaN", "Infinity", "十二", "R7.3末", "2025/3/31", "12:30"),
    *(
        "#N/A",
        "#DIV/0!",
        "=1+1",
        "4\u200b5",
        "4\x005",
        "\ud800",
        "1.23",
        "同上",
        "〃",
        "前年度並み",
    ),
    *("123456789012345", "9" * 201),
)


@pytest.mark.parametrize("typed", REFUSED)
def test_target_that_is_no_number_is_refused(typed):
    reading = read_target(typed, make_scale(unit="手続"))

    assert (reading.target, bool(reading.error)) == (None, True)


@given(st.text(max_size=30), st.sampled_from([make_scale(), DECREASE, COMPARED, RANGE, STAGES]))
def test_no_text_raises(typed, scale):
    reading = read_target(typed, scale)

    assert not (reading.target and reading.error)


TENTHS = make_scale(direction=Direction.DECREASE, unit="日")


def numbers(value):
    return st.sampled_from([number(value), strict(value)])


ANY_SCALE = st.sampled_from([COMPARED, TENTHS, RANGE, STAGES, WORDS])
figures = st.integers(-(10**12), 10**12).map(lambda whole: Decimal(whole).scaleb(-1))
targets = st.one_of(
    st.tuples(ANY_SCALE, st.just(TAKEN_AWAY)),
    st.tuples(st.sampled_from([COMPARED, TENTHS]), figures.flatmap(numbers)),
    st.tuples(
        st.just(COMPARED),
        st.booleans().map(lambda is_strict: TargetValue(TargetKind.REFERENCE, is_strict=is_strict)),
    ),
    st.tuples(
        st.just(make_scale(direction=Direction.RANGE)),
        st.tuples(figures, figures).map(sorted).map(lambda pair: bounds(*pair)),
    ),
    st.tuples(
        st.just(STAGES),
        st.sampled_from(Milestone).map(lambda m: TargetValue(TargetKind.MILESTONE, milestone=m)),
    ),
)


@given(targets)
def test_shown_target_reads_as_itself(pair):
    scale, target = pair
    reading = read_target(cell_text(target, scale), scale)

    assert (reading.target, reading.error) == (target, "")
