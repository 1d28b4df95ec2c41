"""`make races`: many pairs of every kind of race, and how many were lost or doubled.

`python -m tests.bench.races 50` runs fifty pairs per kind. Not collected as a test: it takes long.
"""

import os
import sys
from importlib import import_module
from time import monotonic

import django

PAIRS = 500


def main(pairs):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    creation = import_module("django.db").connection.creation
    races = import_module("tests.review_races")
    name = creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        report(races.KINDS, races.make_scene(), pairs)
    finally:
        creation.destroy_test_db(name, verbosity=0)


def report(kinds, scene, pairs):
    print(f"{'kind':28}{'pairs':>7}{'lost':>6}{'doubled':>9}{'seconds':>9}")
    for kind in kinds:
        begun = monotonic()
        lost, doubled = map(sum, zip(*(kind(scene) for _ in range(pairs)), strict=True))
        print(
            f"{kind.__name__:28}{pairs:7}{lost:6}{doubled:9}{monotonic() - begun:9.0f}", flush=True
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else PAIRS)
