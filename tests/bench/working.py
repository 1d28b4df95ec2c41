"""What two exports at once do to entry: the grid's page beside them, made in turns in one run.

The product runs as people start it. Two people ask for the committee's workbook again and again:
as a work beside the pages, or from the address that makes it at once in a web process.
"""

import re
import threading
import time
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPException
from statistics import median

from tests.kills import TOKEN, Browser, running_product

WORK = re.compile(r"/works/\d+/")
TOWN, EXPORTERS = "285854", ("kami-dxo", "kami-head")
ROUNDS, LOOKS = 4, 20
LIMIT = 2  # times as slow as alone


def main():
    with running_product() as (_, port, site):
        plan_id = site.plan_id(TOWN)
        clerk = signed_in(port, "kami-staff")
        exporters = [signed_in(port, name) for name in EXPORTERS]
        ways = {
            "no export": None,
            "two exports beside the pages": partial(ask, plan_id=plan_id),
            "two exports in web processes": partial(fetch, plan_id=plan_id),
        }
        seconds = {name: [] for name in ways}
        made = dict.fromkeys(ways, 0)
        look(clerk, plan_id)  # what the first one loads counts for none
        for _ in range(ROUNDS):
            for name, export in ways.items():
                with exporting(exporters if export else [], export) as counts:
                    time.sleep(0.5)
                    seconds[name] += [look(clerk, plan_id) for _ in range(LOOKS)]
                made[name] += sum(counts)
    report(seconds, made)


def signed_in(port, name):
    browser = Browser(port)
    browser.log_in(name)
    return browser


def look(browser, plan_id) -> float:
    """Seconds until the entry grid is there."""
    begin = time.perf_counter()
    status, _ = browser.open(f"/plans/{plan_id}/results/?fiscal_year=2025")
    assert status == 200
    time.sleep(0.05)  # as people do, a moment between
    return time.perf_counter() - begin - 0.05


def ask(browser, plan_id):
    """Asks for the workbook and waits for it, as its page does."""
    _, page = browser.open(f"/plans/{plan_id}/dashboard/")
    form = {"csrfmiddlewaretoken": TOKEN.search(page)[1]}
    browser.open(f"/plans/{plan_id}/report/?fiscal_year=2025", form)
    newest = WORK.search(browser.open("/works/")[1])[0]
    while "hx-trigger" in browser.open(newest)[1]:
        time.sleep(1)


def fetch(browser, plan_id):
    with suppress(UnicodeDecodeError):  # the answer is no text
        browser.open(f"/plans/{plan_id}/report.xlsx?fiscal_year=2025")


@contextmanager
def exporting(browsers, export):
    """Meanwhile each of them makes one export after another; yields how many each has made."""
    counts, stop = [0] * len(browsers), threading.Event()

    def run(place):
        while not stop.is_set():
            with suppress(OSError, HTTPException):
                export(browsers[place])
                counts[place] += 1

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(browsers))]
    for thread in threads:
        thread.start()
    yield counts
    stop.set()
    for thread in threads:
        thread.join()


def report(seconds, made):
    alone = median(seconds["no export"])
    print(f"\nthe entry grid while others export, {ROUNDS} × {LOOKS} looks, seconds")
    print(f"{'':32}{'median':>9}{'slowest':>9}{'× alone':>9}{'limit':>7}{'exports':>9}")
    for name, times in seconds.items():
        limit = LIMIT if name == "two exports beside the pages" else ""
        print(
            f"{name:32}{median(times):9.3f}{max(times):9.3f}"
            f"{median(times) / alone:9.2f}{limit:>7}{made[name]:9}"
        )


if __name__ == "__main__":
    main()
