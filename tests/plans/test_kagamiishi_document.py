"""鏡石町's plan as a document, typed here a second time, against what its fixture loads."""

import datetime
from collections import Counter

import pytest
from django.core.management import call_command

from plans.models import CommitteeSeat, FrameworkItem, Plan, PolicyFrameworkItem

pytestmark = pytest.mark.django_db

# 目次, without 5.1 to 5.3 and their (1), (2) …, which are the policies themselves.
SECTIONS = """
1. 鏡石町 DX 推進計画策定にあたって
  1.1 計画策定の趣旨
  1.2 本計画の位置づけ
  1.3 鏡石町 DX 推進計画と SDGs について
  1.4 計画期間
2. DX 推進計画策定の背景
  2.1 デジタル技術の発展と浸透
    2.1.1 インターネット利用やスマートフォンの普及
    2.1.2 AI 技術の発展
    2.1.3 ビッグデータの活用
  2.2 国・県における DX 政策動向
    2.2.1 デジタル社会の実現に向けた重点計画
    2.2.2 デジタル改革関連6法
    2.2.3 デジタル田園都市国家構想
    2.2.4 自治体デジタル・トランスフォーメーション (DX) 推進計画
    2.2.5 地方公共団体における情報セキュリティポリシーに関するガイドライン
    2.2.6 福島県デジタル変革（DX）推進基本方針及び福島県デジタル化推進計画
3. 鏡石町の現状・課題
  3.1 鏡石町の現状・課題
    3.1.1 鏡石町の人口動態
    3.1.2 鏡石町を取り巻く環境
  3.2 鏡石町の地域ニーズ
    3.2.1 鏡石町地域デジタル化ミーティング
    3.2.2 鏡石町中学生アンケート
  3.3 鏡石町の行政ニーズ
    3.3.1 職員アンケート調査及びヒアリング調査
    3.3.2 鏡石町 DX 推進委員によるワークショップ
4. 鏡石町 DX 推進計画について
  4.1 鏡石町 DX 推進の理念と方向性
  4.2 鏡石町 DX 施策一覧
5. 施策内容
6. 鏡石町の DX 推進に向けて
  6.1 推進体制
  6.2 DX 推進スケジュール
    6.2.1 【方向性1】町民の安心で過ごしやすい生活をサポートする DX
    6.2.2 【方向性2】誰一人取り残さない、心豊かで活気に満ちた暮らしをつくる DX
    6.2.3 【方向性3】町民とつながる時間を増やすための行政運営 DX
資料編
  資料1 策定経過
  資料2 策定組織に関する要綱及び名簿
  資料3 用語解説
"""

CONTENTS = {
    "1.2": "related_plans",
    "4.2": "frameworks",
    "5.": "policies",
    "資料1": "meetings",
    "資料2": "committees",
    "資料3": "glossary",
}

# Figures that the chapters print, each of which its section repeats.
FIGURES = {
    "1.3": ("平成27（2015）年9月", "17のゴール", "169のターゲット"),
    "1.4": ("令和6年度（2024年度）から令和10年度（2028年度）まで",),
    "2.1.1": ("84.9%", "90.1%"),
    "3.1.1": ("12,668人", "27.95%", "58.37%"),
    "3.1.2": ("31.30km²", "台風19号"),
    "3.2.1": ("令和5年10月5日", "約15%"),
    "3.2.2": ("令和5年10月3日", "85%以上"),
    "4.1": ("8施策", "12施策", "10施策"),
}

# 資料3 用語解説; LGWAN and Society5.0 run over two pages and are one term each.
TERMS = """
アプリ インシデント ウェブアクセシビリティ エンドポイント対策 オープンデータ オンライン
ガバメントクラウド キャッシュレス化 クラウド コネクテッド コンテンツ サイバー攻撃
サイバーセキュリティ 情報リテラシー スタートアップ・エコシステム スマートシティ スマート窓口
ソフトウェア タブレット／タブレット端末 チャット デジタルサイネージ デジタルデバイド テレワーク
ノーコードツール ビッグデータ フリーアドレス フリーWi-Fi/Wi-Fi フレイル ブロックチェーン
ペーパーレス ホワイトカラー マイナポータル 無線LAN ラストワンマイル リカレント教育 ワンストップ
AI AI-OCR AIチャットボット API ChatGPT CIO DX DFFT eスポーツ EC e-Gov eLTAX GIGAスクール GIS
ICT IoT IP/IP網 Jグランツ LGWAN MaaS PDCA PR QRコード RESAS RPA SNS Society5.0 Web3.0 5G
"""

# Where a reading stands in brackets: behind the term, or behind its Latin part.
READINGS = {
    "フリーWi-Fi/Wi-Fi": "フリーワイファイ/ワイファイ",
    "無線LAN": "無線ラン",
    "AI": "エーアイ",
    "AI-OCR": "エーアイオーシーアール",
    "AIチャットボット": "エーアイチャットボット",
    "API": "エーピーアイ",
    "ChatGPT": "チャットジーピーティー",
    "CIO": "シーアイオー",
    "DX": "デジタル・トランスフォーメーション",
    "DFFT": "ディーエフエフティー",
    "eスポーツ": "イースポーツ",
    "EC": "イーシー",
    "e-Gov": "イーガブ",
    "eLTAX": "エルタックス",
    "GIGAスクール": "ギガスクール",
    "GIS": "ジーアイエス",
    "ICT": "アイシーティー",
    "IoT": "アイオーティー",
    "IP/IP網": "アイピー/アイピーモウ",
    "Jグランツ": "ジェイグランツ",
    "LGWAN": "エルジーワン",
    "MaaS": "マース",
    "PDCA": "ピーディーシーイー",
    "PR": "ピーアール",
    "QRコード": "キューアールコード",
    "RESAS": "リーサス",
    "RPA": "アールピーイー",
    "SNS": "エスエヌエス",
    "Society5.0": "ソサエティ5.0",
    "Web3.0": "ウェブサンテンゼロ",
    "5G": "ファイブジー",
}

# 資料1 策定経過: 日程, 内容, 組織, points below it; chapter 3 tells those of the hearing, of the
# questionnaire and of the ミーティング.
MEETINGS = """
2023-08-09｜第1回 DX 戦略推進本部会議｜本部｜3
2023-08-09～2023-08-22｜全職員向けアンケート調査｜｜3
2023-08-21｜第1回 DX 推進委員会｜委員会｜3
2023-08-21～2023-09-01｜各課・各グループ向け業務調査(業務量調査含む)｜｜3
2023-09-11～2023-09-12｜職員ヒアリング調査｜｜1
2023-10-03｜鏡石町中学生アンケート調査｜｜1
2023-10-05｜鏡石町地域デジタル化ミーティング｜ミーティング｜2
2023-11-01｜第2回 DX 推進委員会｜委員会｜2
2023-12-01｜第2回 DX 戦略推進本部会議｜本部｜2
2023-12-21｜第3回 DX 推進委員会｜委員会｜3
2024-02-01｜第3回 DX 戦略推進本部会議｜本部｜2
2024-02-15｜第4回 DX 推進委員会｜委員会｜2
2024-03-01｜第4回 DX 戦略推進本部会議｜本部｜0
"""
COMMITTEES = {
    "本部": "鏡石町DX戦略推進本部",
    "委員会": "鏡石町DX推進委員会",
    "ミーティング": "鏡石町地域デジタル化ミーティング",
}

RELATED_PLANS = [
    ("above", "鏡石町第6次総合計画", "", "kagamiishi-comprehensive-6"),
    (
        "national",
        "自治体デジタル・トランスフォーメーション（DX）推進計画",
        "令和2(2020)年12月",
        "national-2-3",
    ),
    (
        "national",
        "デジタル社会の実現に向けた重点計画",
        "令和3(2021)年6月、令和5(2023)年6月更新",
        None,
    ),
    ("national", "デジタル社会の実現に向けた改革の基本方針", "令和2(2020)年12月", None),
    ("national", "デジタル田園都市国家構想", "", None),
    (
        "national",
        "地方公共団体における情報セキュリティポリシーに関するガイドライン",
        "平成13(2001)年度",
        None,
    ),
    ("national", "人材育成・確保基本方針策定指針", "令和5(2023)年度12月", None),
    ("prefectural", "福島県デジタル変革（DX）推進基本方針", "令和3(2021)年9月", None),
    (
        "prefectural",
        "福島県デジタル化推進計画",
        "令和4(2022)年3月、令和4(2022)年から4年",
        None,
    ),
    (
        "beside",
        "持続可能な開発のための2030アジェンダ",
        "平成27(2015)年9月、令和12(2030)年まで",
        "sdgs",
    ),
    ("beside", "鏡石町情報セキュリティポリシー", "", None),
]

# Chapter 5, 総合計画との対応 of each 施策 in order; 4.2 omits IV-1 at 効率的な管理システムの導入.
COMPREHENSIVE = """
V-6｜II-1 III-1 V-6 VI-1｜VI-1｜VI-1｜VI-1｜I-2｜VI-1｜V-1 V-5 VI-1
I-1｜II-1｜II-1｜II-1｜VI-1｜I-2｜I-2｜I-2｜VI-1｜IV-2｜IV-2｜IV-1
VI-1｜V-6 VI-1｜IV-1 VI-1｜V-6 VI-1｜VI-1｜VI-1｜VI-1｜VI-1｜VI-1｜VI-1
"""

# Chapter 5, 【自治体 DX 推進計画 重点取組事項④】 behind the heading of a 施策.
NATIONAL = {
    "1-2-1": "重点④",
    "1-2-2": "重点①",
    "1-2-3": "重点①",
    "1-2-4": "重点①",
    "1-2-5": "重点③",
    "3-1-1": "重点②",
    "3-2-1": "重点⑦",
    "3-3-1": "重点⑥",
    "3-5-2": "重点⑤",
}

# 資料2: 事務局 is part of the rosters of 本部 and 推進委員会.
ROLES = {
    "鏡石町DX戦略推進本部": {"本部長": 1, "副本部長": 2, "本部員": 12, "事務局": 2},
    "鏡石町DX推進委員会": {"委員": 21, "事務局": 2},
    "鏡石町地域デジタル化ミーティング": dict.fromkeys(
        ("ICT化支援", "商工業", "農業", "医療", "金融", "教育", "福祉"), 1
    ),
}


@pytest.fixture
def plan():
    call_command("loaddata", "kagamiishi", verbosity=0)
    return Plan.objects.get(municipality__name="鏡石町")


def test_headings_are_as_printed(plan):
    lines = ["  " * (section.depth - 1) + str(section) for section in plan.sections.all()]

    assert lines == SECTIONS.split("\n")[1:-1]


def test_headings_are_counted_by_depth(plan):
    depths = Counter(plan.sections.values_list("depth", flat=True))

    assert depths == {1: 7, 2: 16, 3: 18}
    assert plan.sections.filter(body="").count() == 0


def test_contents_stand_where_the_plan_prints_them(plan):
    filled = plan.sections.exclude(content="")

    assert dict(filled.values_list("number", "content")) == CONTENTS


@pytest.mark.parametrize("number", FIGURES)
def test_section_repeats_the_printed_figures(plan, number):
    body = plan.sections.get(number=number).body

    assert [figure for figure in FIGURES[number] if figure not in body] == []


def test_terms_are_as_printed(plan):
    terms = list(plan.glossary_terms.values_list("term", flat=True))

    assert terms == TERMS.split()
    assert len(terms) == 65


def test_readings_are_as_printed(plan):
    with_reading = plan.glossary_terms.exclude(reading="")

    assert dict(with_reading.values_list("term", "reading")) == READINGS
    assert len(READINGS) == 31


def test_term_is_explained_in_short(plan):
    assert plan.glossary_terms.get(term="デジタルデバイド").definition == (
        "情報通信技術を使える人と使えない人の間に生まれる差。"
    )
    counts = {term.definition.count("。") for term in plan.glossary_terms.all()}
    assert counts == {1, 2}


def meeting_line(meeting):
    dates = [str(day) for day in (meeting.held_on, meeting.held_until) if day]
    names = {name: short for short, name in COMMITTEES.items()}
    committee = names[meeting.committee.name] if meeting.committee else ""
    points = sum(line.startswith("・") for line in meeting.agenda.splitlines())
    return "｜".join(("～".join(dates), meeting.name, committee, str(points)))


def test_meetings_are_as_printed(plan):
    lines = [meeting_line(meeting) for meeting in plan.meetings.all()]

    assert lines == MEETINGS.split("\n")[1:-1]


def test_meetings_run_from_august_to_march(plan):
    days = list(plan.meetings.values_list("held_on", flat=True))

    assert (len(days), days[0], days[-1]) == (
        13,
        datetime.date(2023, 8, 9),
        datetime.date(2024, 3, 1),
    )


def test_related_plans_are_those_that_the_plan_names(plan):
    found = plan.related_plans.values_list("relation", "name", "period", "framework__code")

    assert list(found) == RELATED_PLANS


def test_goals_are_seventeen_and_no_measure_points_to_them(plan):
    goals = FrameworkItem.objects.filter(framework__code="sdgs")

    assert [goal.number for goal in goals] == [str(number) for number in range(1, 18)]
    assert (goals[0].name, goals[16].name) == (
        "貧困をなくそう",
        "パートナーシップで目標を達成しよう",
    )
    assert PolicyFrameworkItem.objects.filter(policy__plan=plan, item__in=goals).count() == 0


def links(plan, framework):
    return PolicyFrameworkItem.objects.filter(policy__plan=plan, item__framework__code=framework)


def test_measures_point_to_the_comprehensive_plan_as_printed(plan):
    measures = plan.policies.filter(level__depth=3).order_by("code")
    printed = [cell for line in COMPREHENSIVE.split("\n")[1:-1] for cell in line.split("｜")]

    found = {measure.code: set() for measure in measures}
    for code, number in links(plan, "kagamiishi-comprehensive-6").values_list(
        "policy__code", "item__number"
    ):
        found[code].add(number)

    assert list(found.values()) == [set(cell.split()) for cell in printed]
    assert sum(map(len, found.values())) == 38


def test_measures_point_to_the_national_plan_as_printed(plan):
    found = links(plan, "national-2-3").values_list("policy__code", "item__number")

    assert dict(found) == NATIONAL
    assert found.count() == 9


def test_seats_are_those_of_the_rosters(plan):
    seats = CommitteeSeat.objects.filter(committee__plan=plan)
    found = {name: {} for name in ROLES}
    for (name, role), count in Counter(seats.values_list("committee__name", "role")).items():
        found[name][role] = count

    assert found == ROLES
    assert seats.count() == 47
