"""The site's settings for tests: a data folder of the tests' own, plain names of static files."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DXPLAN_DATA_DIR", str(Path(tempfile.gettempdir()) / "dxplan-tests"))
os.environ["DXPLAN_DEBUG"] = "1"

from dxplan.settings import *
from dxplan.settings import STATIC_ROOT

STATIC_ROOT.mkdir(parents=True, exist_ok=True)
