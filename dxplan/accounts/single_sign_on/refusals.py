"""Why a login by single sign-on came to nothing, as a page."""

from enum import Enum

from django.conf import settings
from django.shortcuts import render


class Refusal(Enum):
    """Status, heading and advice; {name} is what the town calls its single sign-on."""

    UNKNOWN = (
        403,
        "利用者として登録されていません",
        "{name}で本人は確認できましたが、同じ利用者IDの利用者が登録されていないか、停止されています。"
        "DX推進担当（デジタル推進室など）に、利用者の登録を依頼してください。",
    )
    CANCELLED = (
        403,
        "ログインを取り消しました",
        "{name}でのログインが取り消されたか、許可されませんでした。",
    )
    FAILED = (
        400,
        "ログインできませんでした",
        "{name}からの応答を確かめられませんでした。画面を開いたまま時間がたったときや、「戻る」で前の画面を"
        "送り直したときにも起こります。もう一度ログインしてください。続くときは、DX推進担当に連絡してください。",
    )
    AWAY = (
        502,
        "職員認証に接続できません",
        "{name}のサーバーが応答しません。時間をおいて、もう一度ログインしてください。",
    )


def refused(request, refusal: Refusal):
    status, heading, advice = refusal.value
    advice = advice.format(name=settings.SINGLE_SIGN_ON.name)
    context = {"heading": heading, "advice": advice}
    return render(request, "accounts/sso_refused.html", context, status=status)
