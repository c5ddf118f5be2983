"""Contract rows 20 to 23 and 25: objects, their operations, many at once."""

import uuid
from datetime import datetime, timezone

import leancloud
from leancloud import GeoPoint, Object, Query

from sdk import ID, answer, newcomer, refused
from tap import test


def unheard():
    """A class of which nobody has heard."""
    return Object.extend(f"Py{uuid.uuid4().hex}")


def made(kind, **fields):
    """A new object with these fields, saved."""
    thing = kind()
    for key, value in fields.items():
        thing.set(key, value)
    thing.save()
    return thing


def again(thing, **options):
    """The object as the server has it, without a part in it of what is known here."""
    other = type(thing).create_without_data(thing.id)
    other.fetch(**options)
    return other


@test("an object of a new class is created and found again")
def _():
    thing = made(unheard(), title="first", pages=7)
    assert answer().status_code == 201
    assert sorted(answer().json()) == ["createdAt", "objectId"]
    assert ID.fullmatch(thing.id)
    seen = again(thing)
    assert (seen.get("title"), seen.get("pages")) == ("first", 7)
    assert seen.created_at == thing.created_at


@test("values of all kinds come back as they were")
def _():
    other = made(unheard(), a=1)
    when = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=timezone.utc)
    fields = {
        "text": 'Ünï \U0001f980 "\\',
        "whole": 9223372036854775807,
        "least": -9223372036854775808,
        "part": -0.1,
        "tiny": 5e-324,
        "yes": True,
        "list": [1, "two", {"three": [3]}],
        "map": {"deep": {"er": None}},
    }
    thing = made(unheard(), when=when, point=GeoPoint(39.9, 116.4), other=other, **fields)
    seen = again(thing)
    for key, value in fields.items():
        assert seen.get(key) == value, key
    assert seen.get("when").timestamp() == when.timestamp()
    assert seen.get("point") == GeoPoint(39.9, 116.4)
    assert seen.get("other").id == other.id


@test("a key keeps the type of its first value: 111")
def _():
    kind = unheard()
    made(kind, level=1)
    refused(111, lambda: made(kind, level="one"))


@test("at an id that was never given there is an empty answer")
def _():
    thing = made(unheard(), a=1)
    nobody = type(thing).create_without_data("0123456789abcdef01234567")
    nobody.fetch()
    assert (answer().status_code, answer().json()) == (200, {})


@test("a save on a condition that does not hold: 305")
def _():
    thing = made(unheard(), left=1)
    when = lambda left: Query(type(thing)).equal_to("left", left)
    thing.increment("left", -1)
    thing.save(where=when(1))
    thing.increment("left", -1)
    refused(305, lambda: thing.save(where=when(1)))
    assert again(thing).get("left") == 0


@test("what is destroyed is gone")
def _():
    thing = made(unheard(), a=1)
    thing.destroy()
    assert answer().json() == {}
    assert Query(type(thing)).count() == 0


@test("numbers, lists and bits are changed on the server")
def _():
    thing = made(unheard(), score=10, tags=["a"], flags=0b1100)
    other = type(thing).create_without_data(thing.id)
    other.increment("score", 5)
    other.save()
    thing.increment("score")
    thing.add("tags", "a")
    thing.bit_and("flags", 0b0110)
    thing.save()
    thing.add_unique("tags", "b")
    thing.bit_or("flags", 0b0011)
    thing.save()
    seen = again(thing)
    assert seen.get("score") == 16
    assert seen.get("tags") == ["a", "a", "b"]
    assert seen.get("flags") == 0b0111
    thing.remove("tags", "a")
    thing.bit_xor("flags", 0b0101)
    thing.unset("score")
    thing.save()
    seen = again(thing)
    assert seen.get("tags") == ["b"]
    assert seen.get("flags") == 0b0010
    assert not seen.has("score")


@test("a relation holds what was added and not removed")
def _():
    related = unheard()
    one, two = made(related, n=1), made(related, n=2)
    thing = unheard()()
    thing.relation("likes").add(one)
    thing.relation("likes").add(two)
    thing.save()
    liked = lambda: sorted(found.id for found in thing.relation("likes").query.find())
    assert liked() == sorted([one.id, two.id])
    thing.relation("likes").remove(one)
    thing.save()
    assert liked() == [two.id]
    back = leancloud.Relation.reverse_query(type(thing)._class_name, "likes", two)
    assert [found.id for found in back.find()] == [thing.id]


@test("many are saved and destroyed at once, those that they point at first")
def _():
    kind, child = unheard(), unheard()()
    child.set("name", "child")
    parents = [kind(n=n, child=child) for n in (1, 2, 3)]
    Object.save_all([child])
    Object.save_all(parents)
    assert all(ID.fullmatch(parent.id) for parent in parents)
    assert again(parents[2], include=["child"]).get("child").get("name") == "child"
    Object.destroy_all(parents)
    assert Query(kind).count() == 0


@test("one of many that is refused keeps nobody from the others")
def _():
    kind = unheard()
    made(kind, n=1)
    bad, good = kind(n="two"), kind(n=2)
    refused(111, lambda: Object.save_all([bad, good]))
    assert ID.fullmatch(good.id)
    assert bad.id is None


@test("a player is pointed at, and comes with what points there")
def _():
    user, _ = newcomer()
    user.set("nickname", "Ada")
    user.save()
    thing = made(unheard(), owner=user)
    newcomer()
    seen = again(thing, include=["owner"])
    assert seen.get("owner").get("nickname") == "Ada"
    assert not seen.get("owner").has("authData")
