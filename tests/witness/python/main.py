"""LeanCloud's official Python SDK, a client that nobody here wrote, uses the server as an app
does."""

import os
import socket
import sys
from importlib import metadata
from pathlib import Path

import fence
from tap import finish, test

fence.fence(os.environ["TDSAUTH_TEST_URL"])


@test("the fence around the SDK holds")
def _():
    """Somebody who calls elsewhere, be it on this machine, gets nowhere."""
    for call in (
        lambda: socket.getaddrinfo("localhost", 1),
        lambda: socket.socket().connect(("127.0.0.1", 1)),
    ):
        try:
            call()
        except fence.OutsideOfTheFence:
            pass
        else:
            raise AssertionError("the call went out")
    assert len(fence.strays) == 2
    fence.strays.clear()


@test("this is the version that was fetched")
def _():
    wanted = (Path(__file__).parent / "requirements.txt").read_text()
    assert f"\nleancloud=={metadata.version('leancloud')} " in wanted


# Each tells its stories as it is imported.
for stories in ("sign_on", "session", "linking", "fields", "password", "objects", "queries", "acl"):
    __import__(stories)


@test("the SDK called the server and nobody else")
def _():
    assert fence.reached > 0
    assert fence.strays == []


sys.exit(finish())
