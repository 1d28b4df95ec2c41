"""`python -m tests.bench`: what judging, the audit trail, files, the report and works cost.

Not collected as a test: a clock is no judge.
"""

import os
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()
import_module("tests.bench.judging").main()
import_module("tests.bench.auditing").main()
import_module("tests.bench.files").main()
import_module("tests.bench.report").main()
import_module("tests.bench.working").main()
