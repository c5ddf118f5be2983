"""Contract rows 9, 10, 14, 15, 18 and 19: what users have, and who may see and change it."""

import leancloud
from leancloud import Query, User, client

from sdk import alive, answer, fetched, handle, identity, log_out, master, new_guest, newcomer
from sdk import refused
from tap import test


def named(user_id, nickname):
    """A handle of the user with a nickname to be saved."""
    user = handle(user_id)
    user.set("nickname", nickname)
    return user


@test("what is saved is what is fetched")
def _():
    user, sent = newcomer()
    before = user.updated_at
    user.set("nickname", "Ada")
    user.set("avatar", "https://example.com/a.png")
    user.save()
    assert sorted(answer().json()) == ["objectId", "updatedAt"]
    assert user.updated_at > before
    seen = fetched(user.id)
    assert seen.get("nickname") == "Ada"
    assert seen.get("avatar") == "https://example.com/a.png"
    assert seen.get("authData") == {"weixin": sent}
    assert seen.updated_at == user.updated_at


@test("a save of one field leaves the others")
def _():
    user, _ = newcomer()
    user.set("nickname", "Ada")
    user.set("avatar", "a")
    user.save()
    named(user.id, "Grace").save()
    assert fetched(user.id).get("avatar") == "a"
    assert fetched(user.id).get("nickname") == "Grace"


@test("fetch_when_save brings back what the save touched")
def _():
    user, _ = newcomer()
    # User.save takes no such option; the method of its class does.
    leancloud.Object.save(named(user.id, "Ada"), fetch_when_save=True)
    assert sorted(answer().json()) == ["nickname", "objectId", "updatedAt"]
    assert answer().json()["nickname"] == "Ada"


@test("a save on a condition that does not hold: 305, and nothing is saved")
def _():
    user, _ = newcomer()
    named(user.id, "Ada").save()

    def save(nickname, when):
        where = Query(User).equal_to("nickname", when)
        leancloud.Object.save(named(user.id, nickname), where=where)

    refused(305, lambda: save("Eve", "Grace"))
    assert fetched(user.id).get("nickname") == "Ada"
    save("Grace", "Ada")
    assert fetched(user.id).get("nickname") == "Grace"


@test("a field that is unset is gone")
def _():
    user, _ = newcomer()
    user.set("nickname", "Ada")
    user.save()
    user.unset("nickname")
    user.save()
    assert not fetched(user.id).has("nickname")


@test("a field that is not foreseen is refused with 403")
def _():
    user, _ = newcomer()
    user.set("level", 3)
    why = refused(403, user.save)
    assert why.error == "Forbidden to add new fields by class '_User' permissions."
    assert not fetched(user.id).has("level")


@test("nobody saves for somebody else, but by the master key")
def _():
    user, _ = newcomer()
    named(user.id, "Ada").save()
    newcomer()
    refused(206, named(user.id, "Eve").save)
    log_out()
    refused(206, named(user.id, "Eve").save)
    with master():
        assert fetched(user.id).get("nickname") == "Ada"
        named(user.id, "Grace").save()
        assert fetched(user.id).get("nickname") == "Grace"


@test("others see neither authData nor a token")
def _():
    user, _ = new_guest()
    new_guest()
    seen = fetched(user.id)
    assert seen.get_username() == user.get_username()
    assert not seen.has("authData")
    assert seen.get_session_token() is None
    with master():
        assert fetched(user.id).get("authData")["anonymous"]


@test("a fetch brings the owner authData and keeps the token")
def _():
    user, sent = new_guest()
    token = user.get_session_token()
    user.fetch()
    assert "sessionToken" not in answer().json()
    assert user.get("authData") == {"anonymous": sent}
    assert user.get_session_token() == token


@test("nobody has an id that was never given: 211")
def _():
    refused(211, lambda: fetched("0123456789abcdef01234567"))


@test("users are not to be searched, but by the master key")
def _():
    user, _ = new_guest()
    query = Query(User).equal_to("username", user.get_username())
    why = refused(403, query.find)
    assert why.error == "Forbidden to find by class '_User' permissions."
    with master():
        assert [found.id for found in query.find()] == [user.id]


@test("a strict query finds who matches, without secrets")
def _():
    user, _ = new_guest()

    def find(username):
        where = {"where": {"username": username}}
        return client.get("/users/strictlyQuery", params=where).json()["results"]

    (found,) = find(user.get_username())
    assert found["objectId"] == user.id
    assert not {"authData", "sessionToken"} & set(found)
    assert find(identity()) == []


@test("a deleted account is gone, its session and identity with it")
def _():
    user, sent = newcomer()
    user.destroy()
    assert answer().json() == {}
    assert not user.is_authenticated()
    refused(211, lambda: fetched(user.id))
    assert User.login_with("weixin", sent).id != user.id


@test("nobody deletes somebody else, but by the master key")
def _():
    user, _ = newcomer()
    newcomer()
    refused(206, handle(user.id).destroy)
    log_out()
    refused(206, handle(user.id).destroy)
    assert alive(user.get_session_token())
    with master():
        handle(user.id).destroy()
    assert not alive(user.get_session_token())
