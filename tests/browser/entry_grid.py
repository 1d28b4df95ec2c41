"""The entry grid of 香美町 as the browser tests handle it: its KPIs, its cells, its answers."""

import re

from playwright.sync_api import expect

ONLINE = "オンライン申請業務の拡充"  # 手続, a running total: 39 last year, nothing yet this year
OPEN_DATA = "オープンデータ公表セット数の増加"  # セット, a running total: 14 last year, 17 now
TRAINING = "ICTリテラシー研修"  # 回, nothing yet this year
PAPER = "紙の使用枚数の削減"  # %, a share, 8.3 last year, nothing yet this year
CONDOLENCE = "お悔やみ手続き等に伴う庁舎滞在時間の短縮"  # %, a share, 16.8 now; the second row
CASHLESS = "キャッシュレス決済利用比率の向上"  # %, a share; the third row
TELEWORK = "テレワーク実施申請者数の増加"  # 名, 4 last year, 6 now
SECURITY = "職員向け情報セキュリティ研修の実施"  # 回, the last row but one
REVIEW = "アナログ規制の点検・見直しの実施"  # a milestone


def value_of(page, kpi):
    return page.get_by_label(f"{kpi}の実績")


def note_of(page, kpi):
    return page.get_by_label(f"{kpi}の備考")


def row_of(page, kpi):
    return page.get_by_role("row").filter(has=value_of(page, kpi))


def judgement_of(page, kpi):
    return row_of(page, kpi).locator("[data-label=判定]")


def type_into(field, text):
    field.fill("")
    field.press_sequentially(text)


def say_why_on_behalf(page):
    """Gives the reason that is asked of one who enters for other departments."""
    reason = page.locator("#on-behalf")
    if reason.count() and not reason.input_value():
        reason.fill("課の依頼により入力")


def save(page):
    say_why_on_behalf(page)
    page.get_by_role("button", name="保存する").click()


def expect_success(page, text):
    expect(page.get_by_role("status")).to_have_text(re.compile(rf"^\s*完了\s*{text}\s*$"))


def expect_alert(page, text):
    expect(page.get_by_role("alert").locator("p")).to_have_text(text)


def part_of(page, kpi, part):
    return page.get_by_label(f"{kpi}の{part}", exact=True)


def share_of(page, kpi):
    return page.get_by_label(f"{kpi}の率だけ")


def row_of_parts(page, kpi):
    return page.get_by_role("row").filter(has=part_of(page, kpi, "分子"))


def parts_stored(site, kpi):
    rows = site.query(
        "SELECT state, trim_scale(numerator)::text, trim_scale(denominator)::text, value"
        " FROM kpis_result WHERE fiscal_year = 2025 AND kpi_id = %s",
        site.kpi_id(kpi),
    )
    return rows[0] if rows else None


def leave(page):
    page.get_by_role("link", name="ホーム").first.click(no_wait_after=True)


def question_when_leaving(page, *, stay):
    """Follows a link, waits until the browser asks, and answers."""
    page.once("dialog", lambda dialog: dialog.dismiss() if stay else dialog.accept())
    with page.expect_event("dialog") as asked:
        leave(page)
    return asked.value.type
