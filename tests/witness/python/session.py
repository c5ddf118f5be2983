"""Contract rows 8 and 16: sessions, from the token to the logout. The SDK asks about a token by
the query, while the header has the token of whoever is logged in."""

from leancloud import User

from sdk import TOKEN, alive, answer, handle, log_out, new_guest, refused
from tap import test


@test("a token brings its user back, authData and all")
def _():
    user, sent = new_guest()
    log_out()
    back = User.become(user.get_session_token())
    assert back.id == user.id
    assert back.get_session_token() == user.get_session_token()
    assert back.get("authData") == {"anonymous": sent}
    assert User.get_current() is back


@test("a token brings its user back while somebody else is logged in")
def _():
    user, _ = new_guest()
    new_guest()
    assert User.become(user.get_session_token()).id == user.id
    assert User.get_current().id == user.id


@test("a token of nobody: 211, and whoever is logged in stays so")
def _():
    user, _ = new_guest()
    refused(211, lambda: User.become("0123456789abcdefghijklmno"))
    assert answer().status_code == 400
    assert User.get_current() is user
    assert user.is_authenticated()


@test("who has no token is not authenticated")
def _():
    user, _ = new_guest()
    assert not handle(user.id).is_authenticated()


@test("a refresh gives a new token and ends the old one")
def _():
    user, _ = new_guest()
    old = user.get_session_token()
    other = User.become(old)
    User.set_current(user)
    user.refresh_session_token()
    assert TOKEN.fullmatch(user.get_session_token())
    assert user.get_session_token() != old
    assert sorted(answer().json()) == ["objectId", "sessionToken", "updatedAt"]
    assert user.is_authenticated()
    assert not other.is_authenticated()
    assert not alive(old)
    User.set_current(other)
    other.set("nickname", "late")
    refused(206, other.save)


@test("nobody refreshes somebody else's token: 206")
def _():
    user, _ = new_guest()
    new_guest()
    refused(206, user.refresh_session_token)
    assert user.is_authenticated()


@test("a logout is known here alone")
def _():
    user, _ = new_guest()
    user.logout()
    assert User.get_current() is None
    assert alive(user.get_session_token())
