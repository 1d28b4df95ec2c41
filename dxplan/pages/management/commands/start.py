import argparse
import os
import signal
import sys

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, OperationalError, connection, connections, transaction

from dxplan.accounts.first_administrator import setup_link
from dxplan.accounts.models import Municipality, User
from dxplan.lib.audit import trail_tables
from dxplan.lib.collected_static import collect_static_files
from dxplan.lib.kept_processes import KeptProcesses
from dxplan.lib.postgresql.application_role import prepare_application_role
from dxplan.lib.startup import StartupProblem, first_line, made_data_dir
from dxplan.lib.web_server import HOST, check_port, only_one, serve
from dxplan.pages.demo import demo_accounts_text
from dxplan.pages.rounds import go_round_for_ever

WORK = (sys.executable, str(settings.BASE_DIR / "manage.py"), "work", "--with-start")
PREPARATION_LOCK = 5_285_854  # any number that nothing else in this database locks


def port_number(text):
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("ポートは 1 から 65535 までの番号で指定してください。")
    return int(text)


def number_of_work_processes():
    """One where there are few processors, so that pages always have one."""
    return 2 if (os.cpu_count() or 1) >= 4 else 1


class Command(BaseCommand):
    """Prepares database, static files and demo where needed, then serves the site."""

    help = "データベースを準備し、http://127.0.0.1:8000 で動かします。"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=port_number, default=8000, help="ポート（既定: 8000）")
        parser.add_argument("--no-demo", action="store_true", help="見本の町を読み込まない")

    def handle(self, *, port, no_demo, **options):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        folder = made_data_dir()
        address = f"http://{HOST}:{port}"
        with only_one(folder, address):
            check_port(port)
            self.tell("データベースを準備しています…")
            self.prepare_database(address, with_demo=not no_demo)
            collect_static_files(folder / "static.stamp", self.tell)
            self.serve(port, f"{address} で動いています（終了: Ctrl+C）")

    def serve(self, port, running):
        works = KeptProcesses(WORK, number_of_work_processes())

        def announce():
            works.start()
            self.tell(running)

        try:
            serve(port, announce, beside=go_round_for_ever)
        finally:
            works.end()

    def tell(self, text):
        self.stdout.write(text)
        self.stdout.flush()

    def prepare_database(self, address, *, with_demo):
        try:
            with connection.cursor() as cursor:
                # Two machines may start on one database at the same time.
                cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARATION_LOCK])
            call_command("migrate", interactive=False, verbosity=0)
            prepare_role()
        except OperationalError:
            raise
        except DatabaseError as error:
            raise StartupProblem(
                "データベースを準備できません。接続した利用者に表を作る権限があるかを"
                f"確認してください。(詳細: {first_line(error)})"
            ) from error
        if with_demo:
            self.show_demo()
        if not User.objects.exists():
            announce_first_administrator(self.stdout, address)
        connections.close_all()  # releases the lock; worker processes must not inherit it either

    def show_demo(self):
        if Municipality.objects.exists():
            self.tell(demo_accounts_text() or "登録済みの町の計画を使います。")
        else:
            self.tell("見本の町を読み込んでいます…")
            call_command("demo", stdout=self.stdout)


def prepare_role():
    """Lets pages use the tables as they are now, and the audit trail only by its triggers."""
    with transaction.atomic(), connection.cursor() as cursor:
        prepare_application_role(cursor, connection.get_connection_params(), trail_tables())


def announce_first_administrator(stdout, base_url):
    """The link is the only way in while nobody has an account."""
    stdout.write("次のアドレスで最初の管理者と町を登録してください（1回だけ使えます）。")
    stdout.write(setup_link(base_url))
