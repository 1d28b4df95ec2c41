"""Static files that come out of installed packages."""

from pathlib import Path

import plotly
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

PLOTLY_SCRIPT = "plotly.min.js"


class PlotlyFinder(BaseFinder):
    """Finds the chart script of the installed plotly package, and nothing else of it."""

    storage = FileSystemStorage(location=Path(plotly.__file__).parent / "package_data")

    def find(self, path, find_all=False):
        if path != PLOTLY_SCRIPT:
            return []
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns):
        yield PLOTLY_SCRIPT, self.storage
