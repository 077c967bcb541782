"""manage.py send_digest [--dry-run]"""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.utils import timezone

from portfolio.models import User
from portfolio.services import digests


class Command(BaseCommand):
    help = "Sends the digests that are due, each at most once; prints one line a mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="print this week's mails; send and store nothing"
        )

    def handle(self, *, dry_run: bool, **options: object) -> None:
        if dry_run:
            self._show()
            return
        waiting = digests.plan(now=timezone.now())
        for mail_id in waiting:
            mail = digests.send(mail_id=mail_id, clock=timezone.now)
            self.stdout.write(f"{mail.period_on}  {mail.state:<8}  {mail.user.username}")
        self.stdout.write(f"{len(waiting)} due")

    def _show(self) -> None:
        people = User.objects.filter(is_active=True).exclude(email="").order_by("username")
        for user in people:
            letter = digests.letter(user, is_weekly=True, now=timezone.now())
            if letter is None:
                self.stdout.write(f"{user.username}: nothing to say")
            else:
                self.stdout.write(f"To: {letter.to}\nSubject: {letter.subject}\n\n{letter.text}")
