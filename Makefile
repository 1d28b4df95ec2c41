# Needs Python 3.11 or later, nothing else: the environment is made in .venv.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: start test bench races kills tools

start: $(VENV)/.installed
	$(RUN) manage.py start

test: $(VENV)/.installed-test tools
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m pytest -n 2 --dist loadfile

bench: $(VENV)/.installed-test
	$(RUN) -m tests.bench

races: $(VENV)/.installed-test
	$(RUN) -m tests.bench.races

kills: $(VENV)/.installed-test
	$(RUN) -m tests.bench.kills

# What the tests drive beside Python: Chromium, a Japanese font, LibreOffice.
tools:
	sh tests/install_tools.sh

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check -c constraints.txt .
	touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check -c constraints.txt ".[test]"
	touch $(VENV)/.installed $@
