"""The preview of an import as its page shows it: counts, lines by what they need."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from dxplan.lib.entry_sheets.findings import MARKED, Finding, FindingCount
from dxplan.lib.entry_sheets.lines import ImportLine


@dataclass(frozen=True)
class ImportPreview:
    """The lines of a file beside what stands now.

    `is_on_behalf` says that it changes what is another department's, which needs a reason.
    """

    file_name: str
    remarks: tuple[str, ...]
    lines: Sequence[ImportLine]
    is_on_behalf: bool = False
    on_behalf: str = ""
    reason_error: str = ""

    @cached_property
    def counts(self) -> list[FindingCount]:
        """Of every finding that occurs, in the order in which to look at them."""
        found = Counter(line.finding for line in self.lines)
        return [FindingCount(finding, found[finding]) for finding in Finding if found[finding]]

    @cached_property
    def noticed(self) -> list[ImportLine]:
        """The lines to look at: errors first, then in the file's order."""
        order = list(Finding)
        shown = [line for line in self.lines if line.is_noticed]
        return sorted(shown, key=lambda line: order.index(line.finding))

    @property
    def unchanged(self) -> list[ImportLine]:
        return [line for line in self.lines if not line.is_noticed]

    @property
    def has_errors(self) -> bool:
        return any(line.finding == Finding.ERROR for line in self.lines)

    @property
    def is_wanting(self) -> bool:
        """Whether anything has to be mended or answered before this can be saved."""
        return any(line.is_wanting for line in self.lines)

    @property
    def has_marks(self) -> bool:
        """Whether the workbook with marks says anything."""
        return any(line.finding in MARKED for line in self.lines)

    @property
    def changed(self) -> list[ImportLine]:
        """The lines of which something is to be saved."""
        return [line for line in self.lines if line.is_change]

    @property
    def may_confirm(self) -> bool:
        """Whether there is anything to save once all questions are answered."""
        return not self.has_errors and any(line.filled for line in self.lines)
