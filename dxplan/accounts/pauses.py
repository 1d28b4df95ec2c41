"""How long nobody may try another password for an account after wrong ones."""

from dataclasses import dataclass
from datetime import timedelta

TRUSTED_FOR = timedelta(days=30)  # an address from which the account was logged in to


@dataclass(frozen=True)
class PauseRule:
    """Wrong passwords that are free, the pauses after them, and how they are forgotten."""

    free: int
    first_pause: timedelta
    longest_pause: timedelta
    forgets_one_in: timedelta

    def pause_after(self, failures: int) -> timedelta:
        """The pause that the last of `failures` wrong passwords brings; each twice the one before.

        None for the first `free` − 1 of them.
        """
        doublings = failures - self.free
        if doublings < 0:
            return timedelta()
        return min(self.first_pause * 2 ** min(doublings, 20), self.longest_pause)

    def remembered(self, failures: int, quiet: timedelta) -> int:
        """How many of `failures` still count after a time without any."""
        return max(0, failures - max(quiet, timedelta()) // self.forgets_one_in)

    def forgotten_after(self, failures: int) -> timedelta:
        """The quiet time after which none of `failures` counts."""
        return self.forgets_one_in * failures


# For one account from one address: a few typos, then hardly more than one try in 15 minutes.
AT_ADDRESS = PauseRule(
    free=5,
    first_pause=timedelta(seconds=30),
    longest_pause=timedelta(minutes=15),
    forgets_one_in=timedelta(hours=1),
)
# For one account from all addresses that never got in: slows a guesser who has many of them.
ELSEWHERE = PauseRule(
    free=100,
    first_pause=timedelta(seconds=30),
    longest_pause=timedelta(minutes=15),
    forgets_one_in=timedelta(minutes=10),
)
