"""The form of an action plan's money: a line for every fiscal year."""

from dataclasses import asdict
from functools import partial

from django import forms

from actionplans.amounts import read_amount
from actionplans.money import LABELS, SOURCES, Amounts, mark_of
from dxplan.lib.fiscal_years import FiscalYear

SOURCES_DIFFER = "財源の合計（{sources:,}千円）が予算額（{budgeted:,}千円）と合いません。"


class AmountField(forms.CharField):
    """Thousand yen, read like all numbers people type."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def clean(self, value):
        amount = read_amount(value or "")
        if amount.error:
            raise forms.ValidationError(amount.error)
        return amount.value

    def prepare_value(self, value):
        return f"{value:,}" if isinstance(value, int) else value


class YearForm(forms.Form):
    """One year; of years after the plan only the running costs are asked."""

    def __init__(self, *args, fiscal_year: FiscalYear, is_later, **kwargs):
        super().__init__(*args, prefix=str(int(fiscal_year)), **kwargs)
        self.fiscal_year, self.is_later = fiscal_year, is_later
        for name, label in LABELS.items():
            if not is_later or name == "running_cost":
                self.fields[name] = AmountField(
                    label=f"{fiscal_year.era_label}の{label}", required=False
                )

    def clean(self):
        data = self.cleaned_data
        sources = [data[name] for name in SOURCES if data.get(name) is not None]
        budgeted = data.get("budgeted")
        if not self.errors and sources and budgeted is not None and sum(sources) != budgeted:
            self.add_error(
                "general", SOURCES_DIFFER.format(sources=sum(sources), budgeted=budgeted)
            )

    @property
    def cells(self):
        """A field, or nothing, for every column."""
        return [self[name] if name in self.fields else None for name in LABELS]

    @property
    def typed(self) -> Amounts:
        return Amounts(**self.cleaned_data)


class MoneyForm:
    """All years of an action plan, and the state they were seen in."""

    def __init__(self, data=None, *, plan, years, standing):
        make = partial(YearForm, data)
        self.seen = mark_of(standing) if data is None else data.get("seen", "")
        self.years = [
            make(
                fiscal_year=year,
                is_later=year > plan.last_fiscal_year,
                initial=asdict(standing.get(year, Amounts())),
            )
            for year in years
        ]

    def is_valid(self):
        return not [year for year in self.years if not year.is_valid()]

    @property
    def errors(self):
        """(id of the field, its label, what is wrong) of all years."""
        return [
            (year[name].id_for_label, year[name].label, messages[0])
            for year in self.years
            for name, messages in year.errors.items()
        ]

    @property
    def typed(self) -> dict[int, Amounts]:
        return {int(year.fiscal_year): year.typed for year in self.years}
