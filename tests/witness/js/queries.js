// Contract row 24: queries.
'use strict';

const { AV, answer, assert, identity, refused } = require('./sdk');
const { test } = require('./tap');

const unheard = () => `Js${identity().replace(/-/g, '')}`;

/** A class of its own with these objects in it; gives the maker of queries over it. */
async function shelf(...rows) {
  const name = unheard();
  for (const row of rows) await new AV.Object(name).save(row);
  return () => new AV.Query(name);
}

/** The values of `n` of what is found. */
const numbers = async (query) => (await query.ascending('n').find()).map((o) => o.get('n'));

async function comparing() {
  await test('values are compared', async () => {
    const all = await shelf(...[1, 2, 3, 4, 5].map((n) => ({ n })));
    assert.deepEqual(await numbers(all().equalTo('n', 3)), [3]);
    assert.deepEqual(await numbers(all().notEqualTo('n', 3)), [1, 2, 4, 5]);
    assert.deepEqual(await numbers(all().lessThan('n', 3)), [1, 2]);
    assert.deepEqual(await numbers(all().lessThanOrEqualTo('n', 3)), [1, 2, 3]);
    assert.deepEqual(await numbers(all().greaterThan('n', 3)), [4, 5]);
    assert.deepEqual(await numbers(all().greaterThanOrEqualTo('n', 3)), [3, 4, 5]);
    assert.deepEqual(await numbers(all().containedIn('n', [1, 5, 9])), [1, 5]);
    assert.deepEqual(await numbers(all().notContainedIn('n', [1, 5, 9])), [2, 3, 4]);
  });

  await test('keys are there or not', async () => {
    const all = await shelf({ n: 1, a: 'x' }, { n: 2 });
    assert.deepEqual(await numbers(all().exists('a')), [1]);
    assert.deepEqual(await numbers(all().doesNotExist('a')), [2]);
  });

  await test('texts begin, end, hold and match', async () => {
    const all = await shelf({ n: 1, t: 'Hello' }, { n: 2, t: 'hell.' }, { n: 3, t: 'shell' });
    assert.deepEqual(await numbers(all().startsWith('t', 'hell')), [2]);
    assert.deepEqual(await numbers(all().endsWith('t', 'hell')), [3]);
    assert.deepEqual(await numbers(all().contains('t', 'l.')), [2]);
    assert.deepEqual(await numbers(all().matches('t', /^hell/i)), [1, 2]);
  });

  await test('lists hold one, all, or so many', async () => {
    const all = await shelf({ n: 1, l: [1, 2] }, { n: 2, l: [2, 3, 4] }, { n: 3, l: [] });
    assert.deepEqual(await numbers(all().equalTo('l', 2)), [1, 2]);
    assert.deepEqual(await numbers(all().containsAll('l', [2, 4])), [2]);
    assert.deepEqual(await numbers(all().sizeEqualTo('l', 0)), [3]);
  });

  await test('dates are compared', async () => {
    const day = (n) => new Date(Date.UTC(2026, 0, n));
    const all = await shelf({ n: 1, d: day(1) }, { n: 2, d: day(2) });
    assert.deepEqual(await numbers(all().greaterThan('d', day(1))), [2]);
    assert.deepEqual(await numbers(all().lessThanOrEqualTo('createdAt', day(1))), []);
  });

  await test('conditions are joined', async () => {
    const all = await shelf(...[1, 2, 3].map((n) => ({ n })));
    const either = AV.Query.or(all().equalTo('n', 1), all().equalTo('n', 3));
    assert.deepEqual(await numbers(either), [1, 3]);
    const both = AV.Query.and(all().greaterThan('n', 1), all().lessThan('n', 3));
    assert.deepEqual(await numbers(both), [2]);
  });

  await test('places are near or within', async () => {
    const at = (latitude, longitude) => new AV.GeoPoint(latitude, longitude);
    const all = await shelf({ n: 1, p: at(0, 0) }, { n: 2, p: at(0, 2) }, { n: 3, p: at(50, 50) });
    const near = await all().near('p', at(0, 1.5)).find();
    assert.deepEqual(near.map((o) => o.get('n')), [2, 1, 3]);
    const close = await all().withinKilometers('p', at(0, 0), 300).find();
    assert.deepEqual(close.map((o) => o.get('n')), [1, 2]);
    assert.deepEqual(await numbers(all().withinGeoBox('p', at(-1, -1), at(1, 1))), [1]);
  });
}

async function following() {
  await test('a query asks by another query', async () => {
    const [country, city] = [unheard(), unheard()];
    for (const [name, size] of [['A', 1], ['B', 2]]) {
      const state = await new AV.Object(country).save({ name, size });
      await new AV.Object(city).save({ n: size, state, of: name });
    }
    const big = () => new AV.Query(country).greaterThan('size', 1);
    const cities = () => new AV.Query(city);
    assert.deepEqual(await numbers(cities().matchesQuery('state', big())), [2]);
    assert.deepEqual(await numbers(cities().doesNotMatchQuery('state', big())), [1]);
    assert.deepEqual(await numbers(cities().matchesKeyInQuery('of', 'name', big())), [2]);
    assert.deepEqual(await numbers(cities().doesNotMatchKeyInQuery('of', 'name', big())), [1]);
    const found = await cities().include('state').ascending('n').find();
    assert.deepEqual(found.map((o) => o.get('state').get('name')), ['A', 'B']);
  });

  await test('fields are chosen', async () => {
    const all = await shelf({ n: 1, a: 'a', b: 'b' });
    await all().select('a').find();
    const [row] = answer().data.results;
    assert.deepEqual([row.a, row.b, row.n], ['a', undefined, undefined]);
  });
}

async function paging() {
  await test('results are ordered, skipped, bounded and counted', async () => {
    const all = await shelf(...[2, 3, 1, 4].map((n) => ({ n, even: n % 2 === 0 })));
    const found = await all().descending('n').skip(1).limit(2).find();
    assert.deepEqual(found.map((o) => o.get('n')), [3, 2]);
    const two = await all().addAscending('even').addDescending('n').find();
    assert.deepEqual(two.map((o) => o.get('n')), [3, 1, 4, 2]);
    assert.equal(await all().equalTo('even', true).count(), 2);
    assert.equal((await all().ascending('n').first()).get('n'), 1);
    const [results, count] = await all().limit(1).findAndCount();
    assert.deepEqual([results.length, count], [1, 4]);
  });

  await test('one is got by id', async () => {
    const all = await shelf({ n: 1 });
    const { id } = await all().first();
    assert.equal((await all().get(id)).get('n'), 1);
    await refused(101, all().get('0123456789abcdef01234567'));
  });

  await test('a query too long for an address goes another way', async () => {
    const all = await shelf({ n: 1, t: 'x' });
    const texts = Array.from({ length: 300 }, (_, n) => `${n}`.padStart(20, 'y'));
    assert.deepEqual(await numbers(all().containedIn('t', [...texts, 'x'])), [1]);
  });

  await test('a class of which nobody heard: 101', async () => {
    await refused(101, new AV.Query(unheard()).find());
  });
}

module.exports = async () => {
  await comparing();
  await following();
  await paging();
};
