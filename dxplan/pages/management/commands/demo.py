from django.core.management.base import BaseCommand

from dxplan.pages.demo import demo_accounts_text, load_demo


class Command(BaseCommand):
    """Loads the demo again; running it twice changes nothing that people entered."""

    help = "見本の町の計画と利用者を読み込みます（何度実行しても重複しません）。"

    def handle(self, **options):
        load_demo()
        self.stdout.write("見本データを読み込みました。")
        self.stdout.write(demo_accounts_text())
