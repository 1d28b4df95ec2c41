"""The real product with its demo, started once, and a real Chromium whose pages are watched."""

import http.client
import os
import re
import shutil
import signal
import socket
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.processes import data_folder, spawned

PASSWORD = "hashi-to-kawa-2026"
expect.set_options(timeout=15_000)  # milliseconds; a busy machine takes its time
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
# The library's map part adds a style of its own, which the security policy blocks as it should.
BLOCKED_STYLE = re.compile(r"Applying inline style violates .*/static/plotly\.min\.", re.DOTALL)
# htmx's two lines for a check of typed input that a newer one, or saving, made needless.
ABANDONED_CHECK = re.compile("htmx:(afterRequest|sendAbort),")
# Chromium's line for any answer of 400 and up; parts of a page are checked as responses.
FAILED_ANSWER = re.compile("Failed to load resource: the server responded with a status of 4")
KNOWN_MESSAGES = (BLOCKED_STYLE, ABANDONED_CHECK, FAILED_ANSWER)


# A test alone may do this: the product itself keeps a plan that was once in force.
FORGET = """
DO $$
DECLARE
    link record;
    gone integer;
    is_clean boolean := false;
BEGIN
    SET LOCAL session_replication_role = replica;
    DELETE FROM plans_plan WHERE id = {plan_id};
    WHILE NOT is_clean LOOP
        is_clean := true;
        FOR link IN
            SELECT conrelid::regclass AS child, confrelid::regclass AS parent,
                   own.attname AS own, other.attname AS other
            FROM pg_constraint
            JOIN pg_attribute own ON own.attrelid = conrelid AND own.attnum = conkey[1]
            JOIN pg_attribute other ON other.attrelid = confrelid AND other.attnum = confkey[1]
            WHERE contype = 'f'
        LOOP
            EXECUTE format(
                'DELETE FROM %s child WHERE child.%I IS NOT NULL'
                ' AND NOT EXISTS (SELECT FROM %s parent WHERE parent.%I = child.%I)',
                link.child, link.own, link.parent, link.other, link.own
            );
            GET DIAGNOSTICS gone = ROW_COUNT;
            is_clean := is_clean AND gone = 0;
        END LOOP;
    END LOOP;
END $$
"""


@dataclass(frozen=True)
class Site:
    """The running product; `cookies` keeps who has logged in already."""

    address: str
    folder: Path
    password: str
    cookies: dict[str, dict] = field(default_factory=dict)

    def query(self, text, *parameters):
        """The rows of a query in the product's own database."""
        with self.connect() as connection:
            cursor = connection.execute(text, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def connect(self):
        cluster = self.folder / "postgres"
        server = {
            "host": (cluster / "postmaster.pid").read_text().splitlines()[4],
            "user": "postgres",
            "password": (cluster / "password").read_text().strip(),
            "dbname": "dxplan",
        }
        return psycopg.connect(**server)

    def keep_results(self):
        """Keeps the demo's results as they are, all of the open year as drafts to be worked on."""
        self.query(
            "DO $$ BEGIN SET LOCAL session_replication_role = replica;"
            "UPDATE kpis_result SET review_state = 'draft' WHERE fiscal_year = 2025; END $$"
        )
        self.query("CREATE TABLE kept_result AS TABLE kpis_result")
        self.query("CREATE TABLE kept_year AS TABLE plans_planyear")

    def restore_results(self):
        """Results and years as the demo loaded them, past all triggers."""
        self.query(
            "DO $$ BEGIN SET LOCAL session_replication_role = replica;"
            "DELETE FROM kpis_result;"
            "INSERT INTO kpis_result SELECT * FROM kept_result;"
            "UPDATE plans_planyear SET state = kept_year.state FROM kept_year"
            " WHERE kept_year.id = plans_planyear.id; END $$"
        )

    def settle(self, kpi_name):
        """Lets 香美町's result of the open year have gone through its review."""
        self.query(
            "DO $$ BEGIN SET LOCAL session_replication_role = replica;"
            "UPDATE kpis_result SET review_state = 'checked' WHERE fiscal_year = 2025"
            f" AND kpi_id = {self.kpi_id(kpi_name)}; END $$"
        )

    def forget_plan(self, plan_id):
        """Deletes a plan past all triggers, then whatever has lost what it points to."""
        self.query(FORGET.format(plan_id=int(plan_id)))

    def stored(self, kpi_name):
        """(state, value, note, version) of 香美町's open year; None where nothing was saved."""
        rows = self.query(
            "SELECT state, trim_scale(value)::text, note, version FROM kpis_result"
            " WHERE fiscal_year = 2025 AND kpi_id = (SELECT id FROM kpis_kpi WHERE name = %s)",
            kpi_name,
        )
        return rows[0] if rows else None

    def kpi_id(self, name):
        return self.query("SELECT id FROM kpis_kpi WHERE name = %s", name)[0][0]

    def action_plan_id(self, municipality_code, number):
        return self.query(
            "SELECT id FROM actionplans_actionplan WHERE plan_id = %s AND number = %s",
            self.plan_id(municipality_code),
            number,
        )[0][0]

    def person_id(self, username):
        return self.query("SELECT id FROM accounts_user WHERE username = %s", username)[0][0]

    def plan_id(self, municipality_code):
        return self.query(
            "SELECT p.id FROM plans_plan p JOIN accounts_municipality m"
            " ON m.id = p.municipality_id WHERE m.code = %s",
            municipality_code,
        )[0][0]


@pytest.fixture(scope="session")
def running_site():
    """`start` as people run it: its own settings, static files collected, the demo loaded."""
    port = free_port()
    variables = {"DJANGO_SETTINGS_MODULE": "dxplan.settings", "DXPLAN_DEMO_PASSWORD": PASSWORD}
    with (
        data_folder() as folder,
        spawned("manage.py", "start", "--port", port, folder=folder, **variables) as process,
    ):
        site = Site(f"http://127.0.0.1:{port}", folder, PASSWORD)
        wait_until_up(process)
        assert _health(port) == (200, b"ok")
        site.keep_results()
        yield site
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=15)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_until_up(process):
    line = "start"
    while "で動いています" not in line:
        line = process.stdout.readline()
        assert line, process.stderr.read()


def _health(port):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        return response.status, response.read()


@pytest.fixture
def site(running_site):
    """The product with the demo's results as they were first loaded."""
    running_site.restore_results()
    return running_site


@pytest.fixture(scope="module")
def chromium():
    """Ends with the module: Django refuses its database while playwright's event loop is there."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    assert executable, "The browser tests need Chromium: run sh tests/install_tools.sh"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


def watch(page, address, problems):
    """Notes what no page may do: fail in a script or a part, talk to others, open a dialog."""

    def note_message(message):
        text = f"{message.text} {message.location['url']}"
        if message.type == "error" and not any(known.match(text) for known in KNOWN_MESSAGES):
            problems.append(text)

    def note_request(request):
        if not request.url.startswith((f"{address}/", "data:", "blob:")):
            problems.append(f"request to {request.url}")

    def note_response(response):
        if response.status >= 400 and response.request.resource_type != "document":
            problems.append(f"{response.status} for {response.url}")

    def note_dialog(dialog):
        if dialog.type != "beforeunload":
            problems.append(f"dialog: {dialog.message}")
            dialog.dismiss()

    page.on("console", note_message)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", note_request)
    page.on("response", note_response)
    page.on("dialog", note_dialog)


def sign_in(page, username, password=PASSWORD):
    page.goto("/")
    page.get_by_label("利用者ID").fill(username)
    page.get_by_label("パスワード").fill(password)
    page.get_by_role("button", name="ログイン").click()
    expect(page.get_by_role("heading", name="ホーム")).to_be_visible()


@pytest.fixture
def visit(site, chromium):
    """Opens a page as a person in a browser of their own: `visit("kami-staff", "/")`.

    Without a name nobody is logged in. At the end no page may have done what `watch` notes.
    """
    problems, contexts = [], []

    def visit(username, path, *, width=1280):
        context = chromium.new_context(
            base_url=site.address,
            viewport={"width": width, "height": 900},
            locale="ja-JP",
            storage_state=site.cookies.get(username),
        )
        contexts.append(context)
        page = context.new_page()
        watch(page, site.address, problems)
        page.goto(path)
        if username and "/accounts/login/" in page.url:  # for the first time, or after half an hour
            sign_in(page, username)
            site.cookies[username] = context.storage_state()
            page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def walk(visit):
    """Opens (name, person, path) one after the other, each person in one window of a width.

    Yields name and page, with the charts drawn that otherwise wait until they come into view.
    """

    def walk(places, *, width):
        windows = {}
        for name, person, path in places:
            if person in windows:
                windows[person].goto(path)
            else:
                windows[person] = visit(person, path, width=width)
            draw_charts(windows[person])
            yield name, windows[person]

    return walk


def draw_charts(page):
    for place in page.locator("[data-chart]").all():
        place.scroll_into_view_if_needed()
    expect(page.locator("[data-chart]:not(:has(.main-svg))")).to_have_count(0)
    page.evaluate("scrollTo(0, 0)")


@pytest.fixture
def grid(site, visit):
    """Opens the entry grid of 香美町's open year: `grid("kami-staff")`."""
    path = f"/plans/{site.plan_id('285854')}/results/?fiscal_year=2025"
    return lambda username, **options: visit(username, path, **options)
