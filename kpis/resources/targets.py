"""The sheet of targets: a line for each KPI and fiscal year, read as on the page of targets."""

from django.core.exceptions import ValidationError
from django.db.models import F

from dxplan.lib.exchange.columns import Column, Reference, told
from dxplan.lib.exchange.resource import SheetMeta, SheetResource
from dxplan.lib.form_fields import FiscalYearField, NameField
from dxplan.lib.numbers import quoted
from dxplan.lib.spreadsheets.filled_in import CALCULATED
from dxplan.lib.spreadsheets.sheets import CellKind
from kpis.forms.fields import TakenField
from kpis.measurement import TargetKind
from kpis.models import Kpi, Target
from kpis.progress import scale_of
from kpis.resources.kpis import TakenColumn
from kpis.target_changes import NEVER_THERE, YEAR_CLOSED, standing_target
from kpis.target_reading import TAKEN_AWAY, cell_text, read_target

NO_TARGET = "目標を入力してください。この年度に目標がないときは、行を消します。"
OUTSIDE = "指標を測定する期間（{first}年度から{last}年度まで）の外です。"


class TargetColumn(Column):
    """A target as one would type it."""

    is_number = True

    def export(self, instance, **kwargs):
        if not instance.kind:
            return ""
        return cell_text(standing_target(instance).value, scale_of(instance.kpi))


class TargetResource(SheetResource):
    sheet = "目標"
    meaning = "指標ごと・年度ごとの目標です。1行に1つの年度を入力します。"
    scope = None

    kpi = Reference(
        "kpi", Kpi, key="number", sheet="成果指標", header="指標番号", width=10, example="1"
    )
    kpi_name = told("kpi__name", "指標", width=36)
    fiscal_year = Column(
        "fiscal_year", FiscalYearField(), header="年度", width=14, example="令和8年度"
    )
    target = TargetColumn(
        "kind", NameField(), header="目標", width=24, example="45以上",
        help="数値、範囲（40〜60）、到達段階（完了）、文章など。",
    )  # fmt: skip
    taken = TakenColumn(
        "taken_on", TakenField(required=False), header="時点", width=16, example="R9.3末"
    )

    class Meta(SheetMeta):
        model = Target
        import_id_fields = ("kpi", "fiscal_year")

    def standing_rows(self):
        """The targets in force, the latest revision's first."""
        rows = Target.objects.filter(kpi__plan=self.owner).select_related("kpi", "revision")
        rows = rows.order_by("kpi__position", "kpi__number", "fiscal_year",
                             F("revision__number").asc(nulls_first=True))  # fmt: skip
        latest = {(row.kpi_id, row.fiscal_year): row for row in rows}
        return [row for row in latest.values() if row.kind != TargetKind.NONE]

    def fill(self, instance, row, state, errors):
        values = {name: self._read(name, row, errors) for name in ("kpi", "fiscal_year", "taken")}
        kpi, year = values["kpi"], values["fiscal_year"]
        scale = _scale(kpi)
        if scale is None or year is None:
            instance.kpi = kpi  # whose own line says what is wrong
            return
        text = row[self.fields["target"].header]
        error = self._misplaced(kpi, year)
        if error:
            errors.setdefault(self.fields["fiscal_year"].header, ValidationError(error))
        value = self._target(text, scale, state, errors)
        if errors:
            return
        instance.kpi, instance.fiscal_year = kpi, int(year)
        if value:
            for name, column in value.columns.items():
                setattr(instance, name, column)
        if state.is_new or row["時点"] != state.before["時点"]:
            instance.taken_fiscal_year, instance.taken_on = values["taken"]

    def _read(self, name, row, errors):
        column = self.fields[name]
        try:
            return column.clean(row, book=self.book)
        except ValidationError as error:
            errors.setdefault(column.header, error)
            return None

    def _misplaced(self, kpi, year) -> str:
        if year in self.closed:
            return YEAR_CLOSED
        first, last = kpi.first_fiscal_year, kpi.last_fiscal_year
        if first and last and not first <= year <= last:
            return OUTSIDE.format(first=first, last=last)
        return ""

    def _target(self, text, scale, state, errors):
        """What a cell asks for; None where it was left as it is, whatever it cannot show."""
        header = self.fields["target"].header
        if not state.is_new and text == state.before[header] and _says(state, text, scale):
            return None
        reading = read_target(text, scale)
        error = reading.error
        if not error and reading.target in (None, TAKEN_AWAY):
            error = NEVER_THERE if reading.target else NO_TARGET
        if error:
            errors.setdefault(header, ValidationError(error))
            return None
        if reading.question:
            self.ask(state, header, reading.question)
        cell = state.typed.cells.get(header)
        if cell and cell.is_formula and cell.kind == CellKind.NUMBER:
            self.ask(state, header, CALCULATED.format(text=quoted(cell.text)))
        return reading.target

    def prepare(self, closed):
        """The years whose targets stay as they are."""
        self.closed = closed

    def write(self):
        super().write()
        self._count_saves()

    def _count_saves(self):
        """A KPI counts a change of its targets as one of its own, so that open forms are told."""
        ids = {row.kpi_id for row in (*self.creates, *self.updates, *self.deletes)}
        kpis = self.kpis
        counted = {row.pk for row in (*kpis.creates, *kpis.updates, *kpis.deletes)}
        if ids - counted:
            Kpi.objects.filter(pk__in=ids - counted).update(version=F("version") + 1)


def _scale(kpi):
    """How a KPI is measured; None where its own line could not be read."""
    try:
        return scale_of(kpi) if kpi else None
    except ValueError:
        return None


def _says(state, text, scale) -> bool:
    """Whether the row as it stands still says this as the KPI is measured now."""
    return cell_text(standing_target(state.instance).value, scale) == text
