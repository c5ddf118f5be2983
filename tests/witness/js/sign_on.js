// Contract rows 1 to 5: who logs in by an identity, and by whose.
'use strict';

const { AV, ID, TOKEN, answer, assert, identity, newcomer, nobodyHas, refused } = require('./sdk');
const { test } = require('./tap');

async function guests() {
  await test('a guest is made (201) and is the current user', async () => {
    const guest = await AV.User.loginAnonymously();
    assert.equal(answer().status, 201);
    assert.equal(answer().headers.location, `/1.1/classes/_User/${guest.id}`);
    assert.match(guest.id, ID);
    assert.match(guest.getSessionToken(), TOKEN);
    assert.match(guest.getUsername(), TOKEN);
    assert.ok(guest.isAnonymous());
    assert.equal(guest.createdAt.getTime(), guest.updatedAt.getTime());
    assert.equal(guest.get('emailVerified'), false);
    assert.equal(guest.get('mobilePhoneVerified'), false);
    assert.equal(AV.User.current(), guest);
  });

  await test('the same guest id is the same account (200) with the same token', async () => {
    const id = identity();
    const first = await AV.User.loginWithAuthData({ id }, 'anonymous');
    await AV.User.logOut();
    const second = await AV.User.loginWithAuthData({ id }, 'anonymous');
    assert.equal(answer().status, 200);
    assert.equal(answer().headers.location, undefined);
    assert.equal(second.id, first.id);
    assert.equal(second.getSessionToken(), first.getSessionToken());
    assert.notEqual((await AV.User.loginAnonymously()).id, first.id);
  });
}

async function platforms() {
  for (const key of ['openid', 'uid']) {
    await test(`an identity by ${key}: 201, then 200, the same token`, async () => {
      const map = { [key]: identity(), access_token: 'first' };
      const first = await AV.User.loginWithAuthData(map, 'witness');
      assert.equal(answer().status, 201);
      assert.deepEqual(first.get('authData'), { witness: map });
      const later = { ...map, access_token: 'second' };
      const second = await AV.User.loginWithAuthData(later, 'witness');
      assert.equal(answer().status, 200);
      assert.equal(second.id, first.id);
      assert.equal(second.getSessionToken(), first.getSessionToken());
      // What the platform says now takes the place of what it said.
      assert.deepEqual(second.get('authData'), { witness: later });
      assert.ok(second.updatedAt > first.updatedAt);
    });
  }

  await test('the same id on another platform is somebody else', async () => {
    const { user, map } = await newcomer('weixin');
    assert.notEqual((await AV.User.loginWithAuthData(map, 'qq')).id, user.id);
  });

  await test('failOnNotExist: 211 for nobody, and nobody is made', async () => {
    const map = { openid: identity() };
    await nobodyHas(map, 'weixin');
    await nobodyHas(map, 'weixin');
    const made = await AV.User.loginWithAuthData(map, 'weixin');
    const options = { failOnNotExist: true };
    assert.equal((await AV.User.loginWithAuthData(map, 'weixin', options)).id, made.id);
  });

  await test('a new account starts with the fields that its login brings', async () => {
    const map = { openid: identity() };
    const first = new AV.User();
    first.set('nickname', 'Ada');
    await first.loginWithAuthData(map, 'weixin');
    assert.equal(first.get('nickname'), 'Ada');
    const again = await AV.User.loginWithAuthData(map, 'weixin');
    assert.equal(again.get('nickname'), 'Ada');
  });

  await test('a map without an id opens nothing', async () => {
    await refused([250, 251, 252], AV.User.loginWithAuthData({ access_token: 'a' }, 'weixin'));
  });

  await test('whoever is logged in has no part in another login', async () => {
    const { map, user } = await newcomer();
    await newcomer();
    const again = await AV.User.loginWithAuthData(map, 'weixin');
    assert.equal(again.id, user.id);
    assert.equal(again.getSessionToken(), user.getSessionToken());
  });
}

async function unions() {
  const login = (platform, map, unionid, asMainAccount) =>
    AV.User.loginWithAuthDataAndUnionId(map, platform, unionid, { asMainAccount });

  await test('a unionid joins the platforms of one person', async () => {
    const unionid = identity();
    const [game, mini] = [{ openid: identity() }, { openid: identity() }];
    const first = await login('weixin_game', game, unionid, true);
    assert.deepEqual(first.get('authData')._weixin_unionid, { uid: unionid });
    const second = await login('weixin_mini', mini, unionid, false);
    assert.equal(answer().status, 200);
    assert.equal(second.id, first.id);
    assert.equal(second.getSessionToken(), first.getSessionToken());
    const platforms = Object.keys(second.get('authData')).sort();
    assert.deepEqual(platforms, ['_weixin_unionid', 'weixin_game', 'weixin_mini']);
    // From now on without the unionid, too.
    assert.equal((await AV.User.loginWithAuthData(mini, 'weixin_mini')).id, first.id);
  });

  await test('a unionid of an account that is not the main one joins nobody', async () => {
    const unionid = identity();
    const first = await login('weixin_game', { openid: identity() }, unionid, false);
    assert.equal(first.get('authData')._weixin_unionid, undefined);
    const second = await login('weixin_mini', { openid: identity() }, unionid, false);
    assert.notEqual(second.id, first.id);
  });

  await test('the same unionid on another union platform is somebody else', async () => {
    const unionid = identity();
    const first = await login('weixin_game', { openid: identity() }, unionid, true);
    const options = { unionIdPlatform: 'qq', asMainAccount: false };
    const map = { openid: identity() };
    const second = await AV.User.loginWithAuthDataAndUnionId(map, 'qq_mini', unionid, options);
    assert.notEqual(second.id, first.id);
  });
}

module.exports = async () => {
  await guests();
  await platforms();
  await unions();
};
