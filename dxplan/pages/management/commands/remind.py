from django.core.management.base import BaseCommand

from dxplan.pages.rounds import hourly_round


class Command(BaseCommand):
    """Tells departments of near and passed due dates, and sends waiting mails; may be repeated."""

    help = "回答期限が近い課と過ぎた課にお知らせし、送信待ちのメールを送ります。"

    def handle(self, **options):
        told, sent = hourly_round()
        self.stdout.write(f"{told}人にお知らせし、{sent}通のメールを送りました。")
