"""Contract row 24: queries."""

import uuid
from datetime import datetime, timezone

from leancloud import GeoPoint, Object, Query

from sdk import answer, refused
from tap import test


def shelf(*rows):
    """A class of its own with these objects in it; gives the maker of queries over it."""
    kind = Object.extend(f"Py{uuid.uuid4().hex}")
    for row in rows:
        thing = kind()
        thing.set(row)
        thing.save()
    return lambda: Query(kind)


def numbers(query):
    """The values of `n` of what is found."""
    return [found.get("n") for found in query.ascending("n").find()]


@test("values are compared")
def _():
    all_ = shelf(*({"n": n} for n in range(1, 6)))
    assert numbers(all_().equal_to("n", 3)) == [3]
    assert numbers(all_().not_equal_to("n", 3)) == [1, 2, 4, 5]
    assert numbers(all_().less_than("n", 3)) == [1, 2]
    assert numbers(all_().less_than_or_equal_to("n", 3)) == [1, 2, 3]
    assert numbers(all_().greater_than("n", 3)) == [4, 5]
    assert numbers(all_().greater_than_or_equal_to("n", 3)) == [3, 4, 5]
    assert numbers(all_().contained_in("n", [1, 5, 9])) == [1, 5]
    assert numbers(all_().not_contained_in("n", [1, 5, 9])) == [2, 3, 4]


@test("keys are there or not, lists hold one, all, or so many")
def _():
    all_ = shelf({"n": 1, "l": [1, 2]}, {"n": 2, "l": [2, 3, 4]}, {"n": 3})
    assert numbers(all_().exists("l")) == [1, 2]
    assert numbers(all_().does_not_exist("l")) == [3]
    assert numbers(all_().equal_to("l", 2)) == [1, 2]
    assert numbers(all_().contains_all("l", [2, 4])) == [2]
    assert numbers(all_().size_equal_to("l", 2)) == [1]


@test("texts begin, end, hold and match")
def _():
    all_ = shelf({"n": 1, "t": "Hello"}, {"n": 2, "t": "hell"}, {"n": 3, "t": "shell"})
    assert numbers(all_().startswith("t", "hell")) == [2]
    assert numbers(all_().endswith("t", "hell")) == [2, 3]
    assert numbers(all_().contains("t", "ello")) == [1]
    assert numbers(all_().matched("t", "^hell", ignore_case=True)) == [1, 2]


@test("dates are compared, and places")
def _():
    day = lambda n: datetime(2026, 1, n, tzinfo=timezone.utc)
    all_ = shelf(
        {"n": 1, "d": day(1), "p": GeoPoint(0, 0)},
        {"n": 2, "d": day(2), "p": GeoPoint(0, 2)},
        {"n": 3, "d": day(3), "p": GeoPoint(50, 50)},
    )
    assert numbers(all_().greater_than("d", day(1))) == [2, 3]
    near = all_().near("p", GeoPoint(0, 1.5)).find()
    assert [found.get("n") for found in near] == [2, 1, 3]
    close = all_().within_kilometers("p", GeoPoint(0, 0), 300).find()
    assert [found.get("n") for found in close] == [1, 2]
    assert numbers(all_().within_geo_box("p", GeoPoint(-1, -1), GeoPoint(1, 1))) == [1]


@test("conditions are joined")
def _():
    all_ = shelf(*({"n": n} for n in (1, 2, 3)))
    either = Query.or_(all_().equal_to("n", 1), all_().equal_to("n", 3))
    assert numbers(either) == [1, 3]
    both = Query.and_(all_().greater_than("n", 1), all_().less_than("n", 3))
    assert numbers(both) == [2]


@test("a query asks by another query")
def _():
    states, cities = (Object.extend(f"Py{uuid.uuid4().hex}") for _ in range(2))
    for name, size in (("A", 1), ("B", 2)):
        state = states(name=name, size=size)
        state.save()
        cities(n=size, state=state, of=name).save()
    big = lambda: Query(states).greater_than("size", 1)
    all_ = lambda: Query(cities)
    assert numbers(all_().matches_query("state", big())) == [2]
    assert numbers(all_().does_not_match_query("state", big())) == [1]
    assert numbers(all_().matches_key_in_query("of", "name", big())) == [2]
    assert numbers(all_().does_not_match_key_in_query("of", "name", big())) == [1]
    found = all_().include("state").ascending("n").find()
    assert [city.get("state").get("name") for city in found] == ["A", "B"]


@test("results are ordered, skipped, bounded, counted, and fields chosen")
def _():
    all_ = shelf(*({"n": n, "even": n % 2 == 0} for n in (2, 3, 1, 4)))
    found = all_().descending("n").skip(1).limit(2).find()
    assert [thing.get("n") for thing in found] == [3, 2]
    found = all_().add_ascending("even").add_descending("n").find()
    assert [thing.get("n") for thing in found] == [3, 1, 4, 2]
    assert all_().equal_to("even", True).count() == 2
    assert all_().ascending("n").first().get("n") == 1
    all_().select("even").find()
    assert all("n" not in row and "even" in row for row in answer().json()["results"])


@test("one is got by id, and a class of which nobody heard is none: 101")
def _():
    all_ = shelf({"n": 1})
    assert all_().get(all_().first().id).get("n") == 1
    # The SDK takes the empty answer for an object without fields.
    all_().get("0123456789abcdef01234567")
    assert (answer().status_code, answer().json()) == (200, {})
    refused(101, Query(Object.extend(f"Py{uuid.uuid4().hex}")).find)
