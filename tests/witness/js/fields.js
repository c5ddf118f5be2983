// Contract rows 9, 10, 14, 15, 18 and 19: what users have, and who may see and change it.
'use strict';

const sdk = require('./sdk');
const { test } = require('./tap');

const { AV, answer, assert, fetched, guest, handle, identity } = sdk;
const { master, newcomer, nobodyHas, refused } = sdk;

async function saving() {
  await test('what is saved is what is fetched', async () => {
    const { user, map } = await newcomer();
    const before = user.updatedAt;
    await user.save({ nickname: 'Ada', avatar: 'https://example.com/a.png' });
    assert.deepEqual(Object.keys(answer().data).sort(), ['objectId', 'updatedAt']);
    assert.ok(user.updatedAt > before);
    const seen = await fetched(user.id);
    assert.equal(seen.get('nickname'), 'Ada');
    assert.equal(seen.get('avatar'), 'https://example.com/a.png');
    assert.deepEqual(seen.get('authData'), { weixin: map });
    assert.equal(seen.updatedAt.getTime(), user.updatedAt.getTime());
  });

  await test('a save of one field leaves the others', async () => {
    const { user } = await newcomer();
    await user.save({ nickname: 'Ada', avatar: 'a' });
    await handle(user.id).save({ nickname: 'Grace' });
    assert.equal((await user.fetch()).get('avatar'), 'a');
    assert.equal(user.get('nickname'), 'Grace');
  });

  await test('fetchWhenSave brings back what the save touched', async () => {
    const { user } = await newcomer();
    await user.save({ avatar: 'a' });
    await user.save({ nickname: 'Ada' }, { fetchWhenSave: true });
    assert.deepEqual(Object.keys(answer().data).sort(), ['nickname', 'objectId', 'updatedAt']);
    assert.equal(answer().data.nickname, 'Ada');
  });

  await test('a save on a condition that does not hold: 305, and nothing is saved', async () => {
    const { user } = await newcomer();
    await user.save({ nickname: 'Ada' });
    const when = (name) => ({ query: new AV.Query('_User').equalTo('nickname', name) });
    await refused(305, handle(user.id).save({ nickname: 'Eve' }, when('Grace')));
    assert.equal((await user.fetch()).get('nickname'), 'Ada');
    await user.save({ nickname: 'Grace' }, when('Ada'));
    assert.equal((await fetched(user.id)).get('nickname'), 'Grace');
  });

  await test('a field that is unset is gone', async () => {
    const { user } = await newcomer();
    await user.save({ nickname: 'Ada' });
    user.unset('nickname');
    await user.save();
    assert.equal((await fetched(user.id)).get('nickname'), undefined);
  });

  await test('a field that is not foreseen is refused with 403', async () => {
    const { user } = await newcomer();
    const why = await refused(403, handle(user.id).save({ level: 3 }));
    assert.match(why.message, /^Forbidden to add new fields by class '_User' permissions\./);
    assert.equal((await fetched(user.id)).get('level'), undefined);
  });
}

async function strangers() {
  await test('nobody saves for somebody else: 206', async () => {
    const { user } = await newcomer();
    await user.save({ nickname: 'Ada' });
    await newcomer();
    await refused(206, handle(user.id).save({ nickname: 'Eve' }));
    await AV.User.logOut();
    await refused(206, handle(user.id).save({ nickname: 'Eve' }));
    assert.equal((await fetched(user.id, master)).get('nickname'), 'Ada');
  });

  await test('the master key saves for anybody', async () => {
    const { user } = await newcomer();
    await AV.User.logOut();
    await handle(user.id).save({ nickname: 'Ada' }, master);
    assert.equal((await fetched(user.id, master)).get('nickname'), 'Ada');
  });

  await test('others see neither authData nor a token', async () => {
    const { user } = await guest();
    await guest();
    const seen = await fetched(user.id);
    assert.equal(seen.getUsername(), user.getUsername());
    assert.equal(seen.get('authData'), undefined);
    assert.equal(seen.getSessionToken(), undefined);
    assert.ok((await fetched(user.id, master)).get('authData').anonymous);
  });

  await test('a fetch brings the owner authData and keeps the token', async () => {
    const { user, map } = await guest();
    const token = user.getSessionToken();
    await user.fetch();
    assert.equal(answer().data.sessionToken, undefined);
    assert.deepEqual(user.get('authData'), { anonymous: map });
    assert.equal(user.getSessionToken(), token);
  });

  await test('nobody has an id that was never given: 211', async () => {
    await refused(211, fetched('0123456789abcdef01234567'));
  });
}

async function finding() {
  await test('users are not to be searched, but by the master key', async () => {
    const { user } = await guest();
    const query = new AV.Query('_User').equalTo('username', user.getUsername());
    const why = await refused(403, query.find());
    assert.match(why.message, /^Forbidden to find by class '_User' permissions\./);
    assert.deepEqual((await query.find(master)).map((found) => found.id), [user.id]);
  });

  await test('a strict query finds who matches, without secrets', async () => {
    const { user } = await guest();
    const where = { username: user.getUsername() };
    const path = '/users/strictlyQuery';
    const { results } = await AV.request({ method: 'GET', path, query: { where } });
    assert.deepEqual(results.map((found) => found.objectId), [user.id]);
    assert.equal(results[0].authData, undefined);
    assert.equal(results[0].sessionToken, undefined);
    const nobody = { where: { username: identity() } };
    assert.deepEqual((await AV.request({ method: 'GET', path, query: nobody })).results, []);
  });
}

async function destroying() {
  await test('a deleted account is gone, its session and identity with it', async () => {
    const { user, map } = await newcomer();
    const token = user.getSessionToken();
    await user.destroy();
    assert.deepEqual(answer().data, {});
    assert.equal(await user.isAuthenticated(), false);
    await refused(211, AV.User.become(token));
    await refused(211, fetched(user.id));
    await nobodyHas(map, 'weixin');
    assert.notEqual((await AV.User.loginWithAuthData(map, 'weixin')).id, user.id);
  });

  await test('nobody deletes somebody else, but by the master key', async () => {
    const { user } = await newcomer();
    await newcomer();
    await refused(206, handle(user.id).destroy());
    await AV.User.logOut();
    await refused(206, handle(user.id).destroy());
    assert.equal(await user.isAuthenticated(), true);
    await handle(user.id).destroy(master);
    assert.equal(await user.isAuthenticated(), false);
  });
}

module.exports = async () => {
  await saving();
  await strangers();
  await finding();
  await destroying();
};
