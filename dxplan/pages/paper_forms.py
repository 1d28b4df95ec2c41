from django import forms

from dxplan.lib.fiscal_years import FiscalYear
from plans.editing import is_reason

NO_SUCH_YEAR = "年度を一覧から選んでください。"
REASON_NEEDED = "この年度の資料は確定済みです。差し替えの理由を入力してください。"
TOO_LONG = "差し替えの理由は1,000字以内で入力してください。"


class PaperForm(forms.Form):
    """Which year's figures a meeting gets; `papers` are those that it has."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=9999)
    fiscal_year = forms.TypedChoiceField(
        label="年度", coerce=int, error_messages={"invalid_choice": NO_SUCH_YEAR}
    )
    reason = forms.CharField(
        label="差し替えの理由",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(self, *args, years, papers, **kwargs):
        super().__init__(*args, **kwargs)
        self.years = {year.fiscal_year: year for year in years}
        self.papers = papers
        self.fields["fiscal_year"].choices = [
            (year, FiscalYear(year).label) for year in sorted(self.years, reverse=True)
        ]
        self.fields["reason"].need = "※差し替えのときは必須"
        if not papers:
            del self.fields["reason"]

    def clean(self):
        """Whoever knows of the papers that there are says why another of the year is needed."""
        year, seen = (self.cleaned_data.get(name) for name in ("fiscal_year", "seen"))
        of_year = [paper for paper in self.papers if paper.fiscal_year == year]
        is_replaced = of_year and seen == len(self.papers)
        reason = self.cleaned_data.get("reason", "")
        if is_replaced and "reason" not in self.errors and not is_reason(reason):
            self.add_error("reason", REASON_NEEDED)
        return self.cleaned_data

    @property
    def year(self):
        return self.years[self.cleaned_data["fiscal_year"]]

    @property
    def reason_text(self):
        return self.cleaned_data.get("reason", "")
