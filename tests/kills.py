"""Web workers killed while people save: nothing is half done, nothing acknowledged is lost.

Two people save again and again, each several results in one request, all with the same running
number as their remark. The number tells which request the stored results come from.
"""

import http.client
import os
import random
import re
import signal
import threading
import time
from collections import Counter
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import psutil

from tests.browser.conftest import PASSWORD, Site, free_port, wait_until_up
from tests.processes import data_folder, spawned, wait_until

TOWN, PERSON = "285854", "kami-staff"
CLIENTS, MOST_RESULTS = 2, 5
LONGEST_WAIT = 1.5  # seconds from one start of saving to the kill
BETWEEN_KILLS = 7  # seconds; the server stops if a worker ends within 5.5 of its start
VERSION = re.compile(r'name="version-(\d+)" value="(\d+)"')
OPEN_LINE = re.compile(r'data-kpi="(\d+)" hx-')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
STORED = "SELECT kpi_id, note FROM kpis_result WHERE fiscal_year = 2025 AND kpi_id = ANY(%s)"
ON_RECORD = """
SELECT result.version, array_agg(event.version ORDER BY event.pgh_id)
FROM kpis_result result JOIN kpis_resultevent event ON event.pgh_obj_id = result.id
WHERE result.fiscal_year = 2025 AND result.kpi_id = ANY(%s)
GROUP BY result.id
"""


@dataclass
class Browser:
    """One person's cookies; every request has a connection of its own, as after a failure."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def open(self, path, form=None):
        """Status and text of the answer. Raises OSError or HTTPException where there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={text}" for name, text in self.cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(connection):
            body = None if form is None else urlencode(form)
            connection.request("GET" if form is None else "POST", path, body, headers)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie", []):
                self.cookies |= {key: item.value for key, item in SimpleCookie(line).items()}
            return answer.status, answer.read().decode()

    def log_in(self, name=PERSON):
        _, page = self.open("/accounts/login/")
        form = {"username": name, "password": PASSWORD}
        form["csrfmiddlewaretoken"] = TOKEN.search(page)[1]
        status, page = self.open("/accounts/login/", form)
        assert status == 302, page


@dataclass
class Saver:
    """Saves its own results over and over until told to stop."""

    browser: Browser
    path: str
    kpi_ids: list[int]
    sent: int = 0
    acknowledged: int = 0
    answers: Counter = field(default_factory=Counter)

    def run(self, stop):
        while not stop.is_set():
            try:
                self.answers[self.save()] += 1
            except (OSError, http.client.HTTPException):
                self.answers["none"] += 1
                time.sleep(0.05)

    def save(self):
        status, page = self.browser.open(self.path)
        if status != 200:
            return f"page {status}"
        versions = {int(kpi): version for kpi, version in VERSION.findall(page)}
        self.sent += 1
        form = {"csrfmiddlewaretoken": TOKEN.search(page)[1]}
        for kpi_id in self.kpi_ids:
            cells = {"state": "not_surveyed", "note": str(self.sent), "before": ""}
            cells["version"] = versions[kpi_id]
            form |= {f"{name}-{kpi_id}": text for name, text in cells.items()}
        status, _ = self.browser.open(self.path, form)
        if status == 302:
            self.acknowledged = self.sent
        return status


@dataclass
class Findings:
    """What was seen after the kills; `half_done` and `lost` count looks at one person's results."""

    kills: int = 0
    saves: int = 0
    half_done: int = 0
    lost: int = 0
    off_record: int = 0
    answers: Counter = field(default_factory=Counter)

    @property
    def is_clean(self):
        return (self.half_done, self.lost, self.off_record) == (0, 0, 0)


@contextmanager
def running_product():
    """The product with its demo as people start it: the process and the site."""
    port = free_port()
    variables = {"DJANGO_SETTINGS_MODULE": "dxplan.settings", "DXPLAN_DEMO_PASSWORD": PASSWORD}
    with (
        data_folder() as folder,
        spawned("manage.py", "start", "--port", port, folder=folder, **variables) as process,
    ):
        wait_until_up(process)
        yield process, port, Site(f"http://127.0.0.1:{port}", folder, PASSWORD)
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)


def killed(kills, tell=lambda findings: None) -> Findings:
    """Starts the product, kills a worker so often while two people save, and looks each time."""
    findings = Findings()
    with running_product() as (process, port, site):
        savers = make_savers(port, site)
        with saving(savers):
            for _ in range(kills):
                wait_until(partial(has_saved_since, savers, [item.acknowledged for item in savers]))
                time.sleep(random.uniform(0, LONGEST_WAIT))
                kill_worker(process, port)
                findings.kills += 1
                look(site, savers, findings)
                tell(findings)
                time.sleep(BETWEEN_KILLS)
        look(site, savers, findings)
        findings.off_record = off_record(site, savers)
        findings.saves = sum(saver.answers[302] for saver in savers)
        findings.answers = sum((saver.answers for saver in savers), Counter())
    return findings


def make_savers(port, site):
    path = f"/plans/{site.plan_id(TOWN)}/results/?fiscal_year=2025"
    browsers = [Browser(port) for _ in range(CLIENTS)]
    for browser in browsers:
        browser.log_in()
    kpi_ids = [int(kpi_id) for kpi_id in OPEN_LINE.findall(browsers[0].open(path)[1])]
    shares = [kpi_ids[number::CLIENTS][:MOST_RESULTS] for number in range(CLIENTS)]
    assert min(map(len, shares)) > 1
    return [Saver(browser, path, own) for browser, own in zip(browsers, shares, strict=True)]


@contextmanager
def saving(savers):
    stop = threading.Event()
    threads = [threading.Thread(target=saver.run, args=(stop,), daemon=True) for saver in savers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def has_saved_since(savers, before):
    return all(saver.acknowledged > number for saver, number in zip(savers, before, strict=True))


def workers(process):
    """The web workers: each leads a process group of its own, as its database server does too."""
    own = []
    for child in psutil.Process(process.pid).children():
        with suppress(psutil.Error, OSError):
            is_own = child.name() != "postgres" and "work" not in child.cmdline()
            if is_own and os.getpgid(child.pid) == child.pid:
                own.append(child)
    return own


def kill_worker(process, port):
    """Kills one at once and waits until there are as many again and they answer."""
    before = workers(process)
    victim = random.choice(before)
    victim.kill()
    wait_until(lambda: victim not in workers(process) and len(workers(process)) == len(before))
    wait_until(lambda: answers(port))


def answers(port):
    with suppress(OSError, http.client.HTTPException):
        return Browser(port).open("/healthz") == (200, "ok")
    return False


def look(site, savers, findings):
    """Counts whose results are of different requests, or older than what was acknowledged."""
    for saver in savers:
        acknowledged = saver.acknowledged
        notes = [note for _, note in site.query(STORED, saver.kpi_ids)]
        findings.half_done += len(notes) != len(saver.kpi_ids) or len(set(notes)) != 1
        findings.lost += any(not note.isdigit() or int(note) < acknowledged for note in notes)


def off_record(site, savers):
    """How many results do not have exactly one event for each of their versions."""
    kpi_ids = [kpi_id for saver in savers for kpi_id in saver.kpi_ids]
    rows = site.query(ON_RECORD, kpi_ids)
    whole = [row for row in rows if row[1] == list(range(row[1][0], row[0] + 1))]
    return len(kpi_ids) - len(whole)
