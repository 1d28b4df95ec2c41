#!/usr/bin/env python
"""Django's command line; problems of the machine are told in Japanese, without a traceback."""

import os
import sys

try:
    from django.core.management import execute_from_command_line
    from django.db import NotSupportedError, OperationalError

    from dxplan.lib.startup import StartupProblem, database_problem, file_problem
except ModuleNotFoundError as error:
    sys.exit(
        f"エラー: 必要な部品 {error.name} が入っていません。make start を使うか、"
        "仮想環境で python -m pip install . を実行してください。"
    )


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dxplan.settings")
    sys.stdout.reconfigure(errors="replace")  # a terminal that cannot show Japanese
    try:
        execute_from_command_line(sys.argv)
    except StartupProblem as problem:
        sys.exit(f"エラー: {problem}")
    except (OperationalError, NotSupportedError) as error:
        sys.exit(f"エラー: {database_problem(error)}")
    except OSError as error:
        problem = file_problem(error)
        if problem is None:
            raise
        sys.exit(f"エラー: {problem}")
    except KeyboardInterrupt:
        sys.exit("中断しました。")


if __name__ == "__main__":
    main()
