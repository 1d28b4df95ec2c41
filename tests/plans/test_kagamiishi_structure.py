"""鏡石町's plan as printed, typed here a second time, against what its fixture loads."""

from collections import Counter

import pytest
from django.core.management import call_command

from plans.models import Plan, Policy
from plans.tree import policy_tree

pytestmark = pytest.mark.django_db

LEVELS = [
    (1, "basic_policy", "方向性"),
    (2, "initiative", "施策の大枠"),
    (3, "measure", "施策"),
    (4, "measure", "取組"),
]

# 鏡石町DX推進計画, 5. 施策内容, with the lists 「令和10（2028）年度までに行う取組」
TREE = """
方向性1 町民の安心で過ごしやすい生活をサポートする DX
  (1) 防災や町政における適切な情報発信
    ① 迅速かつ正確な防災情報の発信
      統一情報配信システムの導入
      災害対策本部のデジタル化
    ② HP や SNS を活用した新しい時代に合わせた情報発信の推進
      鏡石町公式 LINE における情報配信の充実・機能拡充
      鏡石町議会の映像配信
  (2) 町民が利用しやすい窓口の構築
    ① マイナンバーカードの活用機会の創出・拡大
      マイナンバーカードの活用促進
    ② 書かない窓口の実現
      町民の負担を軽減する書かない窓口の検討
    ③ オンライン申請やワンストップサービスによる行かない・迷わない窓口の実現
      各種申請におけるオンライン化
    ④ 窓口事前予約システムの導入
      子育て世代に向けたオンライン事前予約サービスの提供（乳幼児健診や専門職員（助産師・保健師）への相談）
      窓口予約における検討
    ⑤ 窓口支払いのスムーズ化と決済方法・手段の多様化
      セミセルフレジの導入
      電子決済の導入
  (3) 町民が参画しやすいまちづくりの実現
    ① 町民と行政が協働するまちづくりに向けた環境整備
      町民からの道路損傷・不法投棄報告環境の構築
      ごみの問合せに関するチャットボットの導入
      水道使用量可視化サービスの検討（スマートメーターの導入等）
方向性2 誰一人取り残さない、心豊かで活気に満ちた暮らしをつくる DX
  (1) 子育てしやすいまちづくり
    ① 子育て支援の充実
      出産・育児に関するデジタル相談窓口の開設
      出産・育児に関する相談記録共有の円滑化（プラットフォームの構築等）
      母子手帳アプリの運用拡張
  (2) 学習環境と教育環境の向上
    ① 児童生徒に合わせた学習の推進
      GIGA スクール構想に基づいたタブレット端末、デジタル教科書の活用
      AI 型学習ドリルの活用と学習環境の充実
    ② 教育関係機関とのコミュニケーション円滑化と教育ネットワークの最適化
      学校・行政間でのチャットツールの導入
    ③ 町民へのオンライン生涯学習の提供
      生涯学習イベントのオンライン配信
  (3) 公共施設の利便性向上
    ① 公共施設のオンライン化による利便性向上
      町内公共施設のオンライン予約システムの導入
      町内公共施設のネットワーク環境整備
      キャッシュレス決済の検討
  (4) 誰一人取り残さない全世代に優しいまちづくり
    ① 高齢者・障がい者支援サービスの提供
      デマンド交通体系等に係る調査研究の実施による現状把握・交通手段の検討
      タブレット端末等を活用した高齢者や障がい者の在宅確認サービス等施策の検討
    ② 町の医療機関と連携した医療サービスの充実
      公立岩瀬病院企業団と連携したデジタル化の取組を推進
    ③ eスポーツによるフレイル防止とコミュニティ形成
      フレイル防止につながるeスポーツイベントの開催
    ④ デジタルデバイド対策
      スマートフォン教室の実施
      スマートフォン教室のコンテンツ拡充
  (5) デジタルの有効活用による地域経済・地域産業の活性化
    ① データを活用した観光施策の展開
      観光客の動態調査
      観光施策の検討・展開
    ② 地域産業・商工業活性化
      デジタル商品券の導入検討
      地域企業の PR 強化
    ③ 農業の継続と農業従事者に対するサポート
      新規就労者、農地貸し出しに関するマッチングサービスの検討
      農業分野における各種申請のオンライン化・簡易化
      ホームページや SNS を活用した農産物の PR
方向性3 町民とつながる時間を増やすための行政運営 DX
  (1) 町内資産・庁内情報の適切な管理
    ① システム標準化に向けた対応
      システムの標準化・共通化対応
    ② 統合型 GIS の導入
      統合型 GIS の検討・導入
    ③ 効率的な管理システムの導入
      各種業務管理システムの適正化
  (2) ペーパーレスやテレワークの推進
    ① タブレット端末導入による現地確認作業の効率化
      現地確認作業用タブレット端末の導入
    ② ペーパーレス会議の推進
      ペーパーレス会議の推進
    ③ 文書管理システムの導入と文書管理規程の整理
      文書管理システムの導入
      電子決裁システムの導入
  (3) 各種ツールを活用した業務の効率化
    ① 各種ツールの利用による業務時間の短縮
      AI-OCR や RPA の利用拡大
      業務効率化につながるツールの導入\
(ノーコードツール、議事録自動作成システム・生成 AI(ChatGPT 等))
  (4) 庁内コミュニケーションの活性化
    ① デジタルツールを活用した庁内コミュニケーションの充実
      コミュニケーションツールの導入
  (5) DX 推進体制の構築
    ① DX 推進体制の構築
      鏡石町 DX 戦略推進本部を中心とした全庁的な DX の推進
      庁内 DX 研修の実施
    ② 情報セキュリティの徹底
      鏡石町情報セキュリティポリシーの随時見直し及び監査の実施
      情報セキュリティ研修の実施
"""

# The same, 4.2 鏡石町DX施策一覧: 8 + 12 + 10 施策; then how many 取組 chapter 5 lists under each.
MEASURES = {"方向性1": 8, "方向性2": 12, "方向性3": 10}
LEAVES = [
    *(2, 2, 1, 1, 1, 2, 2, 3),
    *(3, 2, 1, 1, 3, 2, 1, 1, 2, 2, 2, 3),
    *(1, 1, 1, 1, 1, 2, 2, 1, 2, 2),
]

# The same, 資料2 策定組織に関する要綱及び名簿
DEPARTMENTS = """
企画財政課 総務課 税務町民課 福祉こども課 健康環境課 産業課
農業委員会 都市建設課 上下水道課 教育課 出納室 議会事務局
"""


@pytest.fixture
def plan():
    call_command("loaddata", "kagamiishi", verbosity=0)
    return Plan.objects.get(municipality__name="鏡石町")


def test_levels_are_as_printed(plan):
    assert list(plan.levels.values_list("depth", "tier", "name")) == LEVELS


def test_policies_are_as_printed(plan):
    lines = ["  " * (node.depth - 1) + node.label for node in policy_tree(plan)]

    assert lines == TREE.split("\n")[1:-1]


def test_policies_are_counted_as_printed(plan):
    depths = Counter(node.depth for node in policy_tree(plan))
    measures = Policy.objects.filter(plan=plan, level__depth=3)

    assert depths == {1: 3, 2: 13, 3: 30, 4: 51}
    assert Counter(measure.parent.parent.number for measure in measures) == MEASURES


def test_leaves_are_counted_as_printed_under_each_measure(plan):
    nodes = policy_tree(plan)
    leaves = Counter(node.ancestor_ids[-1] for node in nodes if node.depth == 4)

    assert [leaves[node.id] for node in nodes if node.depth == 3] == LEAVES


def test_codes_are_the_paths_of_positions(plan):
    for policy in Policy.objects.filter(plan=plan).select_related("parent"):
        above = f"{policy.parent.code}-" if policy.parent else ""
        assert policy.code == f"{above}{policy.position}"


def test_policies_have_numbers_and_summaries_by_depth(plan):
    policies = Policy.objects.filter(plan=plan).select_related("level")
    found = {(policy.level.depth, policy.number != "", policy.summary != "") for policy in policies}

    assert found == {(1, True, True), (2, True, True), (3, True, True), (4, False, True)}


def test_departments_are_those_of_the_rosters(plan):
    departments = plan.municipality.departments.order_by("position")

    assert list(departments.values_list("name", flat=True)) == DEPARTMENTS.split()


def test_plan_runs_five_years_without_kpis(plan):
    assert list(plan.years.values_list("fiscal_year", "state", "due_on")) == [
        (2024, "closed", None),
        (2025, "closed", None),
        (2026, "open", None),
        (2027, "planned", None),
        (2028, "planned", None),
    ]
    assert plan.kpis.count() == 0
