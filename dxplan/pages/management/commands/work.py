import signal
import sys
from importlib import import_module

import psutil
from django.conf import settings
from django.core.management.base import BaseCommand

from dxplan.lib.kept_processes import end_with_parent
from dxplan.lib.postgresql.application_role import serve_as_application
from plans.work_running import work_for_ever

LESS_URGENT = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 10)  # than the pages people wait for


class Command(BaseCommand):
    """Does what takes long, one work after another, until it is ended; any number may run."""

    help = "資料の作成や取込みなど、時間のかかる作業を順に行います。start は自動で行います。"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--with-start", action="store_true", help="start が終わると終わる（start が使います）"
        )

    def handle(self, *, with_start, **options):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        if with_start:
            end_with_parent()
        psutil.Process().nice(LESS_URGENT)
        serve_as_application()
        import_module(settings.ROOT_URLCONF)  # makes every kind of work known that pages ask for
        work_for_ever()
