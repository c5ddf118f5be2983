"""Tests that report by the Test Anything Protocol, one after the other."""

import os
import traceback

_store = os.environ.get("TDSAUTH_TEST_STORE", "a server")
_count = 0
_failed = 0


def test(name):
    """Runs the function below it as a test; what it raises fails it."""

    def run(story):
        global _count, _failed
        _count += 1
        try:
            story()
            print(f"ok {_count} - Python on {_store}: {name}", flush=True)
        except Exception:
            _failed += 1
            said = traceback.format_exc().rstrip().replace("\n", "\n# ")
            print(f"not ok {_count} - Python on {_store}: {name}\n# {said}", flush=True)

    return run


def finish():
    """Prints the plan; gives the exit code."""
    print(f"1..{_count}", flush=True)
    return 0 if _failed == 0 else 1
