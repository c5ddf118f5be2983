"""Contract rows 11 and 12: one account, several identities. The SDK sends its whole map at each
change, with null for what goes."""

from leancloud import User

from sdk import alive, answer, fetched, handle, identity, log_out, newcomer, refused
from tap import test


@test("a guest who is linked is a guest no more")
def _():
    guest_id = {"id": identity()}
    guest = User.login_with("anonymous", guest_id)
    token = guest.get_session_token()
    sent = {"openid": identity()}
    # The map holds both now: the guest's own id is no conflict.
    guest.link_with("weixin", sent)
    assert answer().status_code == 200
    assert fetched(guest.id).get("authData") == {"weixin": sent}
    log_out()
    back = User.login_with("weixin", sent)
    assert back.id == guest.id
    assert back.get_session_token() == token
    assert User.login_with("anonymous", guest_id).id != guest.id


@test("a second platform is merged to the first")
def _():
    user, sent = newcomer("weixin")
    other = {"openid": identity()}
    user.link_with("qq", other)
    assert fetched(user.id).get("authData") == {"weixin": sent, "qq": other}
    # From a handle that knows of neither, too: the server's map is what counts.
    third = {"uid": identity()}
    handle(user.id).link_with("witness", third)
    User.set_current(user)
    assert fetched(user.id).get("authData") == {"weixin": sent, "qq": other, "witness": third}


@test("another account's identity is refused with 137, and all stays")
def _():
    owner, owned = newcomer("weixin")
    user, sent = newcomer("qq")
    refused(137, lambda: user.link_with("weixin", owned))
    assert fetched(user.id).get("authData") == {"qq": sent}
    assert User.login_with("weixin", owned).id == owner.id


@test("what is unlinked opens the account no longer; the rest does")
def _():
    user, sent = newcomer("weixin")
    other = {"openid": identity()}
    user.link_with("qq", other)
    user.unlink_from("weixin")
    assert not user.is_linked("weixin")
    assert fetched(user.id).get("authData") == {"qq": other}
    assert User.login_with("qq", other).id == user.id
    assert User.login_with("weixin", sent).id != user.id


@test("the last identity may go: the session stays")
def _():
    user, sent = newcomer()
    user.unlink_from("weixin")
    assert not fetched(user.id).get("authData")
    assert alive(user.get_session_token())
    assert User.login_with("weixin", sent).id != user.id


@test("nobody links or unlinks for somebody else: 206")
def _():
    user, sent = newcomer("weixin")
    newcomer("qq")
    for log_out_first in (False, True):
        if log_out_first:
            log_out()
        refused(206, lambda: handle(user.id).link_with("witness", {"uid": identity()}))
        refused(206, lambda: handle(user.id).unlink_from("weixin"))
    assert User.login_with("weixin", sent).id == user.id
