"""`make kills`: a hundred web workers killed at random moments while two people save.

`python -m tests.bench.kills 20` kills twenty. Not collected as a test: it takes long.
"""

import sys

from tests.kills import killed

KILLS = 100


def main(kills):
    found = killed(kills, tell=progress)
    print(f"{'kills':>7}{'saves':>7}{'half done':>11}{'lost':>6}{'off record':>12}")
    print(f"{found.kills:7}{found.saves:7}{found.half_done:11}{found.lost:6}{found.off_record:12}")
    print("answers:", dict(found.answers))


def progress(found):
    if found.kills % 10 == 0:
        print(f"{found.kills} kills, {found.half_done} half done, {found.lost} lost", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else KILLS)
