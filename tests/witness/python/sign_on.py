"""Contract rows 1 to 3: who logs in by an identity, and by whose. The SDK signs up at
/classes/_User."""

from leancloud import User

from sdk import ID, TOKEN, answer, identity, newcomer, refused
from tap import test


@test("a guest is made (201) and is the current user")
def _():
    guest = User.login_with("anonymous", {"id": identity()})
    assert answer().status_code == 201
    assert answer().headers["Location"] == f"/1.1/classes/_User/{guest.id}"
    assert ID.fullmatch(guest.id)
    assert TOKEN.fullmatch(guest.get_session_token())
    assert TOKEN.fullmatch(guest.get_username())
    assert guest.is_linked("anonymous")
    assert guest.created_at == guest.updated_at
    assert User.get_current() is guest


@test("the same guest id is the same account (200) with the same token")
def _():
    sent = {"id": identity()}
    first = User.login_with("anonymous", sent)
    second = User.login_with("anonymous", sent)
    assert answer().status_code == 200
    assert second.id == first.id
    assert second.get_session_token() == first.get_session_token()
    assert User.login_with("anonymous", {"id": identity()}).id != first.id


def by(key):
    """The story of an identity whose name in the map is `key`."""
    sent = {key: identity(), "access_token": "first"}
    first = User.login_with("witness", sent)
    assert answer().status_code == 201
    assert first.get("authData") == {"witness": sent}
    later = {**sent, "access_token": "second"}
    second = User.login_with("witness", later)
    assert answer().status_code == 200
    assert second.id == first.id
    assert second.get_session_token() == first.get_session_token()
    # What the platform says now takes the place of what it said.
    assert second.get("authData") == {"witness": later}
    assert second.updated_at > first.updated_at


for key in ("openid", "uid"):
    test(f"an identity by {key}: 201, then 200, the same token")(lambda key=key: by(key))


@test("a new account starts with the fields that its login brings")
def _():
    sent = {"openid": identity()}
    User(nickname="Ada").link_with("weixin", sent)
    assert User.login_with("weixin", sent).get("nickname") == "Ada"


@test("a map without an id opens nothing")
def _():
    refused((250, 251, 252), lambda: User.login_with("weixin", {"access_token": "a"}))


@test("whoever is logged in has no part in another login")
def _():
    user, sent = newcomer()
    newcomer()
    again = User.login_with("weixin", sent)
    assert again.id == user.id
    assert again.get_session_token() == user.get_session_token()


@test("a unionid joins the platforms of one person")
def _():
    union = {"platform": "weixin", "unionid": identity()}
    main = {"openid": identity(), "main_account": True, **union}
    first = User.login_with("weixin_game", main)
    assert first.get("authData")["_weixin_unionid"] == {"uid": union["unionid"]}
    other = {"openid": identity(), "main_account": False, **union}
    second = User.login_with("weixin_mini", other)
    assert answer().status_code == 200
    assert second.id == first.id
    assert sorted(second.get("authData")) == ["_weixin_unionid", "weixin_game", "weixin_mini"]
