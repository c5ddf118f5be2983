"""Contract rows 20 to 24 with ACL: who may read and write what."""

import uuid

from leancloud import ACL, Object, Query, Role, User

from sdk import log_out, master, newcomer, refused
from tap import test

Guarded = Object.extend("PyGuarded")


def guarded(acl):
    """An object that `acl` guards."""
    thing = Guarded()
    thing.set("n", 1)
    thing.set_acl(acl)
    thing.save()
    return thing


def again(thing):
    """The object as the server has it."""
    other = Guarded.create_without_data(thing.id)
    other.fetch()
    return other


def written(thing, n):
    """Saves a new `n` by a handle that knows nothing."""
    other = Guarded.create_without_data(thing.id)
    other.set("n", n)
    other.save()


def found(thing):
    """Whether whoever is logged in finds it."""
    return Query(Guarded).equal_to("objectId", thing.id).count() == 1


def only(user):
    """An ACL of this user's own."""
    acl = ACL()
    acl.set_read_access(user.id, True)
    acl.set_write_access(user.id, True)
    return acl


def become(user):
    """This user is logged in from now on."""
    User.become(user.get_session_token())


@test("an owner's object is nobody else's to read or write")
def _():
    owner, _ = newcomer()
    thing = guarded(only(owner))
    assert found(thing)
    newcomer()
    assert not found(thing)
    refused(403, lambda: again(thing))
    refused(403, lambda: written(thing, 2))
    refused(403, Guarded.create_without_data(thing.id).destroy)
    become(owner)
    written(thing, 3)
    assert again(thing).get("n") == 3


@test("a role gives its members what it may, and takes it again")
def _():
    owner, _ = newcomer()
    member, _ = newcomer()
    become(owner)
    acl = only(owner)
    acl.set_public_read_access(True)
    role = Role(f"r{uuid.uuid4().hex}", acl)
    role.get_users().add(member)
    role.save()
    rights = only(owner)
    rights.set_role_read_access(role, True)
    thing = guarded(rights)
    become(member)
    assert found(thing)
    refused(403, lambda: written(thing, 2))
    newcomer()
    assert not found(thing)
    become(owner)
    role.get_users().remove(member)
    role.save()
    become(member)
    assert not found(thing)


@test("the master key reads and writes all")
def _():
    log_out()
    with master():
        thing = guarded(ACL({"nobody": {"read": True}}))
    refused(403, lambda: again(thing))
    with master():
        written(thing, 2)
        assert again(thing).get("n") == 2
