"""The house's own rules: imports run one way, nothing calls out, every word is explained."""

import ast
import json
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.content import content_models, dump

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("dxplan", "plans", "kpis", "actionplans")

LAYERS = ("dxplan.lib", "dxplan.accounts", "plans", "kpis", "actionplans", "dxplan.pages")
# The order inside an app. A module not named here stands where `()` is, beside tables, charts,
# exports, forms; a new pure or row module has to be added.
STAGES = (
    (
        *("achievement", "grade_scales", "grading", "measurement", "pace", "yearly_values"),
        *("municipality_codes", "numbering", "part_order", "prose", "review", "spans"),
        *("cumulation", "figures", "taken_at"),
        *("pauses", "romaji", "guessable_words"),
        *("schedule", "quarters", "amounts", "attainment"),
    ),
    ("models",),
    (
        *("target_rows", "rows", "scales", "sight", "result_rows", "standings"),
        *("progress", "revisions"),
        *("tree", "comparison", "part_kinds", "parts"),
        *("people", "departments", "towns"),
        *("sheets", "timetable", "paper", "selection", "entries", "evaluation_rows"),
    ),
    (),
    ("views",),
    ("urls",),
)
PURE = (
    *("dxplan.lib.numbers", "dxplan.lib.fiscal_years", "dxplan.lib.choices"),
    *("dxplan.lib.folding", "dxplan.lib.portable_text", "dxplan.lib.csv_files"),
    "dxplan.accounts.spans",
    *("kpis.achievement", "kpis.grade_scales", "kpis.grading", "kpis.measurement"),
    *("kpis.pace", "kpis.yearly_values", "plans.numbering", "plans.prose", "plans.review"),
    *("kpis.cumulation", "kpis.figures", "kpis.taken_at"),
    *("actionplans.schedule", "actionplans.quarters", "actionplans.amounts"),
    "actionplans.attainment",
    *("dxplan.accounts.pauses", "dxplan.accounts.romaji", "dxplan.accounts.guessable_words"),
)
KNOW_NO_REQUEST = (
    *("rows", "standings", "progress", "summary", "charts", "exports", "tidy", "entry", "actions"),
)
REQUEST_AND_TEMPLATES = ("django.http", "django.shortcuts", "django.template")
PRIVATE_TO_AN_APP = {"views", "forms", "tables"}
NO_TOPICS = {"services", "selectors", "utils", "helpers", "managers", "signals", "common"}


def module_name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {
    module_name(path): ast.parse(path.read_text(encoding="utf-8"))
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}


def nodes(*kinds):
    return [node for tree in MODULES.values() for node in ast.walk(tree) if isinstance(node, kinds)]


def is_in(name, package):
    return name == package or name.startswith(f"{package}.")


def imports_of(name):
    """What a module imports, with the names taken out of modules: kpis.models, kpis.models.Kpi."""
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_imports():
    """(module, imported name) for every import of one of our modules by another."""
    for name in MODULES:
        for other in imports_of(name):
            if any(is_in(other, package) for package in PACKAGES):
                yield name, other


def layer_of(name):
    """The place in LAYERS; what wires the layers (settings, urls) stands right of them all."""
    return next((n for n, layer in enumerate(LAYERS) if is_in(name, layer)), len(LAYERS))


def stage_of(name):
    """The place in STAGES, for a module of a layer."""
    topic = name.removeprefix(LAYERS[layer_of(name)]).lstrip(".").partition(".")[0]
    found = [place for place, topics in enumerate(STAGES) if topic in topics]
    return found[0] if found else STAGES.index(())


def test_imports_run_one_way_between_apps():
    assert [pair for pair in own_imports() if layer_of(pair[0]) < layer_of(pair[1])] == []


def test_imports_run_one_way_inside_an_app():
    inside = [
        (name, other)
        for name, other in own_imports()
        if layer_of(name) == layer_of(other) < len(LAYERS) and other not in LAYERS
    ]

    assert inside != []
    assert [pair for pair in inside if stage_of(pair[0]) < stage_of(pair[1])] == []


def test_nobody_imports_another_apps_views_forms_or_tables():
    assert [
        (name, other)
        for name, other in own_imports()
        if layer_of(name) != layer_of(other) and PRIVATE_TO_AN_APP.intersection(other.split("."))
    ] == []


@pytest.mark.parametrize("name", PURE)
def test_pure_module_needs_only_python_and_other_pure_modules(name):
    needed = {x for x in imports_of(name) if x.split(".")[0] not in sys.stdlib_module_names}

    assert {other for other in needed if not any(is_in(other, pure) for pure in PURE)} == set()


def test_rows_and_what_is_made_of_them_know_no_request():
    knowing = [name for name in MODULES if name.split(".")[-1] in KNOW_NO_REQUEST]

    assert knowing != []
    for name in knowing:
        arguments = {node.arg for node in ast.walk(MODULES[name]) if isinstance(node, ast.arg)}
        assert "request" not in arguments, name
        assert not [x for x in imports_of(name) for y in REQUEST_AND_TEMPLATES if is_in(x, y)], name


def test_imports_are_absolute_and_stand_outside_functions():
    hidden = [
        ast.unparse(node)
        for function in nodes(ast.FunctionDef, ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    relative = [ast.unparse(node) for node in nodes(ast.ImportFrom) if node.level]

    assert (hidden, relative) == ([], [])


def test_modules_are_called_by_their_topic():
    assert [name for name in MODULES if NO_TOPICS.intersection(name.split("."))] == []


def test_migrations_are_complete(db):
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)


def fixture_files():
    return sorted((ROOT / "fixtures").glob("*.json"))


def test_fixtures_loaded_twice_change_nothing(db):
    paths = fixture_files()
    items = [item for path in paths for item in json.loads(path.read_text(encoding="utf-8"))]
    # Towns may share an edition of the national plan: each carries the same objects.
    distinct = {json.dumps(item, sort_keys=True) for item in items}
    written = Counter(json.loads(item)["model"] for item in distinct)

    call_command("loaddata", *paths, verbosity=0)
    first = dump()
    call_command("loaddata", *paths, verbosity=0)

    assert Counter(item["model"] for item in json.loads(first)) == written
    assert dump() == first


CELL_END = re.compile(r"(?<!\\)\|")


def glossary():
    """The rows of the README's table: Japanese, identifier, meaning."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^## Glossary\b.*?$(.*?)(?=^## |\Z)", readme, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for line in section[1].splitlines()]
    rows = [CELL_END.split(line.strip("|")) for line in lines if line.startswith("|")]
    cells = [[cell.strip() for cell in row] for row in rows]
    return [row for row in cells if row[0] != "Japanese" and not re.fullmatch("[-: ]+", row[0])]


def identifiers():
    """The words in backticks: Kpi.baseline_value gives Kpi and baseline_value."""
    quoted = " ".join(re.findall("`[^`]+`", " ".join(row[1] for row in glossary())))
    return set(re.findall(r"\w+", quoted))


def test_glossary_names_every_model_and_enum():
    models = {model.__name__ for model in content_models()}
    enums = {
        node.name
        for node in nodes(ast.ClassDef)
        for base in node.bases
        if ast.unparse(base).split(".")[-1] in ("LabelledEnum", "TextChoices")
    }

    assert (models | enums) - identifiers() == set()


def test_glossary_names_only_what_exists():
    defined = {node.name for node in nodes(ast.ClassDef, ast.FunctionDef)}
    assigned = {node.id for node in nodes(ast.Name) if isinstance(node.ctx, ast.Store)}

    assert identifiers() - defined - assigned == set()


def test_glossary_has_one_row_per_japanese_term():
    terms = Counter(row[0] for row in glossary())

    assert [term for term, count in terms.items() if count > 1] == []


def test_glossary_rows_have_three_cells():
    assert [row for row in glossary() if len(row) != 3 or not all(row)] == []


def product_texts():
    """All that is served or run; the plans in fixtures may print addresses as their text."""
    folders = (*PACKAGES, "templates", ".ci")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    paths += [ROOT / name for name in ("manage.py", "Makefile", "pyproject.toml")]
    for path in paths:
        if path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8")


HOST = re.compile(r"\b(?:https?|wss?|ftp)://([^\s/:\"'<>)]*)")
HOSTS_OF_THIS_MACHINE = {"127.0.0.1", "localhost", "{HOST}"}
ANOTHER_HOST_BY_ANY_SCHEME = re.compile(r"[\"'(]//\w")
REGISTRY = re.compile("pypi|npmjs|unpkg|jsdelivr|cdnjs|googleapis|docker.io|ghcr.io")
MACHINE_PATH = re.compile("/(?:work|root|home)/")


def test_product_names_no_other_host():
    for path, text in product_texts():
        assert set(HOST.findall(text)) <= HOSTS_OF_THIS_MACHINE, path
        assert ANOTHER_HOST_BY_ANY_SCHEME.findall(text) == [], path
        assert REGISTRY.findall(text) == [], path


CALLING = (
    *("requests", "urllib.request", "urllib3", "http.client", "socket", "smtplib", "ftplib"),
    "django.core.mail",
)
# The server asks its own health; single sign-on calls the provider that the environment names, mail
# the server that it names.
MAY_CALL = {
    "dxplan.lib.web_server",
    "dxplan.accounts.single_sign_on.calls",
    "plans.mail_sending",
}


def test_nothing_else_can_call_out():
    callers = {name for name in MODULES for x in imports_of(name) for y in CALLING if is_in(x, y)}

    assert callers == MAY_CALL


def test_product_names_no_path_of_one_machine():
    assert [str(path) for path, text in product_texts() if MACHINE_PATH.search(text)] == []


def templates():
    paths = sorted((ROOT / "templates").rglob("*.html"))
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}


SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)
STATIC_SOURCE = re.compile(r"""\bsrc="\{% static '[^']+' %\}\"""")
INLINE = re.compile(r"<style\b|\sstyle\s*=|\son\w+\s*=|\bhx-on\b|javascript:", re.IGNORECASE)


def test_scripts_in_templates_are_static_files():
    scripts = [
        (name, *found) for name, text in templates().items() for found in SCRIPT.findall(text)
    ]
    opened = sum(text.count("<script") for text in templates().values())

    assert len(scripts) == opened > 0
    assert [item for item in scripts if item[2] or not STATIC_SOURCE.search(item[1])] == []


def test_templates_hold_no_inline_styles_or_handlers():
    assert [
        (name, INLINE.findall(text)) for name, text in templates().items() if INLINE.search(text)
    ] == []
