"""The columns of the workbook in which a department evaluates its action plans of a year."""

from actionplans.attainment import Attainment, NextDirection
from dxplan.lib.entry_sheets.layout import Column, Layout

ATTAINMENTS = {item.value: item.label for item in Attainment}
DIRECTIONS = {item.value: item.label for item in NextDirection}
CHOICES = {"attainment": ATTAINMENTS, "direction": DIRECTIONS}
CHANGING = "・".join(item.label for item in NextDirection if item.changes_the_plan)
GUIDE = (
    ("目標の達成度", "一覧から選びます。左の「指標と工程」は、登録済みの実績からの集計です。"),
    ("自己評価", "取組の成果を文章で入力します。"),
    ("未達成の原因・理由", "達成度が「達成」でないときは、提出までに入力します。"),
    ("翌年度の方向", "一覧から選びます。"),
    ("方向の理由", f"{CHANGING}を選んだときは、提出までに入力します。"),
    ("空欄", "空欄の項目は、登録済みの内容から変更しません。"),
    ("改行", "セルの中では、Alt＋Enterで改行します。"),
    (
        "灰色の欄",
        "入力できません。提出済み・承認済みの評価は、すべての欄が灰色です。列の並べ替えや列の追加は差し支えありません。",
    ),
)
EVALUATIONS = Layout(
    template="施策の評価-1",
    sheet_name="施策の評価",
    thing="取組",
    shown=(
        Column("number", "番号", 8),
        Column("name", "取組", 26, is_text=True),
        Column("department", "担当課", 12, is_text=True),
        Column("drawn", "指標と工程", 20, is_text=True),
        Column("previous", "前年度の達成度", 11),
        Column("attainment", "目標の達成度", 11),
        Column("comment", "自己評価", 34, is_text=True),
        Column("cause", "未達成の原因・理由", 28, is_text=True),
        Column("direction", "翌年度の方向", 11),
        Column("direction_reason", "方向の理由", 24, is_text=True),
    ),
    inputs=("attainment", "comment", "cause", "direction", "direction_reason"),
    guide=GUIDE,
)
