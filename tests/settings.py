"""The site's settings for tests: a data folder of the tests' own, plain names of static files.

Single sign-on is configured, so that its addresses are tested like all others; tests that log in
by it name a provider of their own.
"""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DXPLAN_DATA_DIR", str(Path(tempfile.gettempdir()) / "dxplan-tests"))
os.environ["DXPLAN_DEBUG"] = "1"
os.environ["DXPLAN_OIDC_ISSUER"] = "http://127.0.0.1:9"  # where nobody answers
os.environ["DXPLAN_OIDC_CLIENT_ID"] = os.environ["DXPLAN_OIDC_CLIENT_SECRET"] = "tests"

from dxplan.settings import *
from dxplan.settings import STATIC_ROOT

STATIC_ROOT.mkdir(parents=True, exist_ok=True)
