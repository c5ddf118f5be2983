"""Contract rows 6, 7, 13 and 17: names and passwords."""

from leancloud import User

from sdk import TOKEN, alive, answer, fetched, identity, log_out, refused
from tap import test

PASSWORD = "correct horse battery staple"


def sign_up(**fields):
    """Signs up under a new name."""
    user = User(**fields)
    user.sign_up(identity(), PASSWORD)
    return user


def log_in(**credentials):
    """Logs in from an object that knows nothing else."""
    user = User()
    user.login(**credentials)
    return user


@test("a name and a password make an account (201) that is logged in")
def _():
    user = sign_up(nickname="Ada")
    assert answer().status_code == 201
    assert "password" not in answer().json()
    assert TOKEN.fullmatch(user.get_session_token())
    assert User.get_current() is user
    assert fetched(user.id).get("nickname") == "Ada"
    assert not fetched(user.id).has("password")


@test("a name or an address that is taken: 202, 203")
def _():
    email = f"{identity()}@example.com"
    user = sign_up(email=email)
    refused(202, lambda: User().sign_up(user.get_username(), PASSWORD))
    refused(203, lambda: sign_up(email=email))
    other = sign_up()
    other.set_username(user.get_username())
    refused(202, other.save)


@test("a sign-up without a name: 200, without a password: 201")
def _():
    refused(200, User(password=PASSWORD).save)
    refused(201, User(username=identity()).save)


@test("a guest who takes a name and a password is a guest no more")
def _():
    guest_id = {"id": identity()}
    guest = User.login_with("anonymous", guest_id)
    token = guest.get_session_token()
    guest.sign_up(identity(), PASSWORD)
    assert guest.get_session_token() == token
    assert not fetched(guest.id).get("authData")
    back = log_in(username=guest.get_username(), password=PASSWORD)
    assert back.id == guest.id
    assert back.get_session_token() == token
    assert User.login_with("anonymous", guest_id).id != guest.id


@test("name and password bring the same token; nothing is changed")
def _():
    user = sign_up()
    log_out()
    back = log_in(username=user.get_username(), password=PASSWORD)
    assert answer().status_code == 200
    assert back.id == user.id
    assert back.get_session_token() == user.get_session_token()
    assert back.updated_at == user.updated_at
    assert User.get_current() is back


@test("an object that sends all it knows logs in as well")
def _():
    user = sign_up(nickname="Ada")
    token = user.get_session_token()
    user.login(user.get_username(), PASSWORD)
    assert user.get_session_token() == token
    assert fetched(user.id).get("nickname") == "Ada"


@test("so do address and password")
def _():
    email = f"{identity()}@example.com"
    user = sign_up(email=email)
    assert log_in(email=email, password=PASSWORD).id == user.id


@test("a wrong password: 210; a name that nobody has: 211")
def _():
    user = sign_up()
    refused(210, lambda: log_in(username=user.get_username(), password="wrong"))
    assert answer().status_code == 400
    refused(211, lambda: log_in(username=identity(), password=PASSWORD))
    assert User.get_current() is user


@test("a new password is a new session and ends the old ones")
def _():
    user = sign_up()
    old = user.get_session_token()
    user.update_password(PASSWORD, "another")
    assert sorted(answer().json()) == ["objectId", "sessionToken", "updatedAt"]
    assert user.get_session_token() != old
    assert user.is_authenticated()
    assert not alive(old)
    refused(210, lambda: log_in(username=user.get_username(), password=PASSWORD))
    back = log_in(username=user.get_username(), password="another")
    assert back.get_session_token() == user.get_session_token()


@test("a wrong old password changes nothing: 210")
def _():
    user = sign_up()
    refused(210, lambda: user.update_password("wrong", "another"))
    assert user.is_authenticated()
    assert log_in(username=user.get_username(), password=PASSWORD).id == user.id
