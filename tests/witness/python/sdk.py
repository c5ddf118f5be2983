"""The SDK as an app sets it up, and what the stories share."""

import os
import re
import uuid
from contextlib import contextmanager

import leancloud
from leancloud import LeanCloudError, User, client

TOKEN = re.compile(r"[0-9a-z]{25}")
ID = re.compile(r"[0-9a-f]{24}")

os.environ["LEANCLOUD_API_SERVER"] = os.environ["TDSAUTH_TEST_URL"]
leancloud.init(
    os.environ["TDSAUTH_TEST_APP_ID"],
    app_key=os.environ["TDSAUTH_TEST_APP_KEY"],
    master_key=os.environ["TDSAUTH_TEST_MASTER_KEY"],
)
# Otherwise it signs all calls with the master key, because it has one.
leancloud.use_master_key(False)

_answers = []


def _keep(answer, *_, **__):
    _answers.append(answer)


client.request_hooks["response"] = _keep


def answer():
    """The last answer of the server, as `requests` has it."""
    return _answers[-1]


@contextmanager
def master():
    """The master key for the calls inside."""
    leancloud.use_master_key(True)
    try:
        yield
    finally:
        leancloud.use_master_key(False)


def identity():
    """An identity that nobody has used."""
    return str(uuid.uuid4())


def handle(user_id):
    """A user of whom this program knows nothing but the id."""
    return User.create_without_data(user_id)


def fetched(user_id):
    """The user with what the server says now, without a part in it of what is known here."""
    user = handle(user_id)
    user.fetch()
    return user


def newcomer(platform="weixin"):
    """Logs in with a new identity of `platform`; the user and the map that was sent."""
    sent = {"openid": identity(), "access_token": "first"}
    return User.login_with(platform, sent), sent


def new_guest():
    """Logs in as a new guest; the user and the map that was sent."""
    sent = {"id": identity()}
    return User.login_with("anonymous", sent), sent


def log_out():
    """Nobody is logged in here any more."""
    if User.get_current():
        User.get_current().logout()


def refused(codes, call):
    """Expects `call` to be refused with this code, or one of these."""
    wanted = codes if isinstance(codes, tuple) else (codes,)
    try:
        value = call()
    except LeanCloudError as error:
        assert error.code in wanted, f"{error}, and not {wanted}"
        return error
    raise AssertionError(f"done instead of refused with {wanted}: {value}")


def alive(token):
    """Whether the token is somebody's; who is logged in here stays so."""
    current = User.get_current()
    try:
        User.become(token)
        return True
    except LeanCloudError as error:
        assert error.code == 211, error
        return False
    finally:
        User.set_current(current)
