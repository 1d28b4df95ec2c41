"""One line of an uploaded workbook of evaluations beside its action plan."""

from dataclasses import asdict, dataclass

from actionplans.evaluation_columns import CHOICES, EVALUATIONS
from actionplans.evaluation_rows import NOTHING_SAID, EvaluationLine, Said
from actionplans.evaluations import SaidChange
from dxplan.lib.entry_sheets.findings import ImportCell
from dxplan.lib.entry_sheets.lines import UNCALCULATED_TEXT, ImportLine


def labelled(said: Said) -> dict[str, str]:
    """What is said, by column, in words."""
    texts = asdict(said)
    return texts | {name: labels.get(texts[name], "") for name, labels in CHOICES.items()}


@dataclass(frozen=True)
class EvaluationImportLine(ImportLine):
    """`said` is what would be saved, `base` what was said when the file was made."""

    line: EvaluationLine | None = None
    base: Said = NOTHING_SAID
    said: Said = NOTHING_SAID

    @property
    def change(self) -> SaidChange:
        """What is to be saved of it, where anything is."""
        return SaidChange(self.subject.id, self.subject.version, self.said, self.on_behalf)

    def header(self, name):
        return EVALUATIONS.headers[name]

    @property
    def found(self) -> list[ImportCell]:
        if self.line is None:
            return []
        texts = [labelled(said) for said in (self.said, self.line.year.said, self.base)]
        return [
            self._cell(name, *(found[name] for found in texts))
            for name in EVALUATIONS.inputs
            if name in self.typed.cells
        ]

    def _cell(self, name, read, standing, base):
        typed = self.typed.cells[name]
        asked_about = self.filled[0] if self.filled else ""
        finding, message = self.finding_of(name, has_stood=bool(standing), asked_about=asked_about)
        return ImportCell(
            name=name,
            header=self.header(name),
            address=typed.address,
            typed=typed.text or UNCALCULATED_TEXT,
            read="" if name in self.reading.errors else read,
            standing=standing,
            base=base,
            finding=finding,
            message=message,
        )
