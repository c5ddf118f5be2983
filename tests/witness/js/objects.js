// Contract rows 20 to 23 and 25: objects, their operations, many at once.
'use strict';

const { AV, ID, answer, assert, identity, newcomer, refused } = require('./sdk');
const { test } = require('./tap');

/** A class of which nobody has heard. */
const unheard = () => `Js${identity().replace(/-/g, '')}`;

/** The object as the server has it, without a part in it of what is known here. */
const again = (object, options) =>
  AV.Object.createWithoutData(object.className, object.id).fetch(options);

const made = (name, fields) => new AV.Object(name).save(fields);

async function values() {
  await test('an object of a new class is created and found again', async () => {
    const object = await made(unheard(), { title: 'first', pages: 7 });
    assert.equal(answer().status, 201);
    assert.deepEqual(Object.keys(answer().data).sort(), ['createdAt', 'objectId']);
    assert.match(object.id, ID);
    const seen = await again(object);
    assert.deepEqual([seen.get('title'), seen.get('pages')], ['first', 7]);
    assert.equal(seen.createdAt.getTime(), object.createdAt.getTime());
  });

  await test('values of all kinds come back as they were', async () => {
    const other = await made(unheard(), { a: 1 });
    const when = new Date('2026-01-02T03:04:05.678Z');
    const fields = {
      text: 'Ünï \u{1f980} "\\',
      whole: 9007199254740991,
      part: -0.1,
      yes: true,
      none: null,
      list: [1, 'two', { three: [3] }],
      map: { deep: { er: null } },
      when,
      point: new AV.GeoPoint({ latitude: 39.9, longitude: 116.4 }),
      other,
    };
    const seen = await again(await made(unheard(), fields));
    for (const key of ['text', 'whole', 'part', 'yes', 'list', 'map']) {
      assert.deepEqual(seen.get(key), fields[key], key);
    }
    assert.equal(seen.get('when').getTime(), when.getTime());
    assert.equal(seen.get('point').latitude, 39.9);
    assert.equal(seen.get('point').longitude, 116.4);
    assert.deepEqual([seen.get('other').className, seen.get('other').id], [other.className, other.id]);
  });

  await test('a key keeps the type of its first value: 111', async () => {
    const name = unheard();
    await made(name, { level: 1 });
    await refused(111, made(name, { level: 'one' }));
  });

  await test('nothing is at an id that was never given', async () => {
    const { className } = await made(unheard(), { a: 1 });
    const nobody = AV.Object.createWithoutData(className, '0123456789abcdef01234567');
    // The SDK takes the empty answer for an object without fields.
    await nobody.fetch();
    assert.deepEqual([answer().status, answer().data], [200, {}]);
  });

  await test('fetchWhenSave brings the whole new object', async () => {
    const object = new AV.Object(unheard());
    await object.save({ title: 't' }, { fetchWhenSave: true });
    assert.equal(answer().data.title, 't');
    assert.match(answer().data.updatedAt, /Z$/);
  });

  await test('a save on a condition that does not hold: 305', async () => {
    const object = await made(unheard(), { left: 1 });
    const when = (left) => ({ query: new AV.Query(object.className).equalTo('left', left) });
    object.increment('left', -1);
    await object.save(null, when(1));
    object.increment('left', -1);
    await refused(305, object.save(null, when(1)));
    assert.equal((await again(object)).get('left'), 0);
  });

  await test('what is destroyed is gone', async () => {
    const object = await made(unheard(), { a: 1 });
    await object.destroy();
    assert.deepEqual(answer().data, {});
    await again(object);
    assert.deepEqual(answer().data, {});
  });
}

async function operations() {
  await test('numbers are counted on the server', async () => {
    const object = await made(unheard(), { score: 10 });
    const other = AV.Object.createWithoutData(object.className, object.id);
    other.increment('score', 5);
    object.increment('score');
    await Promise.all([object.save(), other.save()]);
    assert.equal((await again(object)).get('score'), 16);
  });

  await test('lists are added to and taken from', async () => {
    const object = await made(unheard(), { tags: ['a'] });
    object.add('tags', 'a');
    await object.save();
    object.addUnique('tags', 'b');
    await object.save();
    object.addUnique('tags', 'b');
    await object.save();
    assert.deepEqual((await again(object)).get('tags'), ['a', 'a', 'b']);
    object.remove('tags', 'a');
    await object.save();
    assert.deepEqual((await again(object)).get('tags'), ['b']);
  });

  await test('bits are set, cleared and turned', async () => {
    const object = await made(unheard(), { flags: 0b1100 });
    for (const [operation, value, result] of [
      ['bitAnd', 0b0110, 0b0100],
      ['bitOr', 0b0011, 0b0111],
      ['bitXor', 0b0101, 0b0010],
    ]) {
      object[operation]('flags', value);
      await object.save();
      assert.equal((await again(object)).get('flags'), result, operation);
    }
  });

  await test('a key that is unset is gone', async () => {
    const object = await made(unheard(), { a: 1, b: 2 });
    object.unset('a');
    await object.save();
    const seen = await again(object);
    assert.deepEqual([seen.get('a'), seen.get('b')], [undefined, 2]);
  });

  await test('a relation holds what was added and not removed', async () => {
    const [one, two] = await Promise.all([1, 2].map((n) => made('JsRelated', { n })));
    const object = new AV.Object(unheard());
    object.relation('likes').add(one);
    object.relation('likes').add(two);
    await object.save();
    const liked = async () => (await object.relation('likes').query().find()).map((o) => o.id);
    assert.deepEqual((await liked()).sort(), [one.id, two.id].sort());
    object.relation('likes').remove(one);
    await object.save();
    assert.deepEqual(await liked(), [two.id]);
    const back = await AV.Relation.reverseQuery(object.className, 'likes', two).find();
    assert.deepEqual(back.map((o) => o.id), [object.id]);
  });
}

async function many() {
  await test('many are saved at once, those that they point at first', async () => {
    const name = unheard();
    const child = new AV.Object(unheard());
    child.set('name', 'child');
    const parents = [1, 2, 3].map((n) => new AV.Object(name).set('n', n).set('child', child));
    await AV.Object.saveAll(parents);
    assert.ok(parents.every((parent) => ID.test(parent.id)));
    const seen = await again(parents[2], { include: 'child' });
    assert.equal(seen.get('child').get('name'), 'child');
  });

  await test('one of many that is refused keeps nobody from the others', async () => {
    const name = unheard();
    await made(name, { n: 1 });
    const [good, bad] = [2, 'two'].map((n) => new AV.Object(name).set('n', n));
    const why = await AV.Object.saveAll([bad, good]).then(() => assert.fail(), (error) => error);
    assert.equal(why.code, 111);
    assert.match(good.id, ID);
    assert.equal(bad.id, undefined);
  });

  await test('many are fetched and destroyed at once', async () => {
    const name = unheard();
    const all = await Promise.all([1, 2, 3].map((n) => made(name, { n })));
    const known = all.map((object) => AV.Object.createWithoutData(name, object.id));
    await AV.Object.fetchAll(known);
    assert.deepEqual(known.map((object) => object.get('n')), [1, 2, 3]);
    await AV.Object.destroyAll(known);
    assert.equal(await new AV.Query(name).count(), 0);
  });

  await test('a player is pointed at, and comes with what points there', async () => {
    const { user } = await newcomer();
    await user.save({ nickname: 'Ada' });
    const object = await made(unheard(), { owner: user });
    await newcomer();
    const seen = await again(object, { include: 'owner' });
    assert.equal(seen.get('owner').get('nickname'), 'Ada');
    assert.equal(seen.get('owner').get('authData'), undefined);
  });
}

module.exports = async () => {
  await values();
  await operations();
  await many();
};
