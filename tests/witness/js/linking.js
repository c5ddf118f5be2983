// Contract rows 11 and 12: one account, several identities.
'use strict';

const sdk = require('./sdk');
const { test } = require('./tap');

const { AV, answer, assert, fetched, handle, identity, newcomer, nobodyHas, refused } = sdk;

const platforms = (user) => Object.keys(user.get('authData')).sort();

async function associating() {
  await test('a guest who is linked is a guest no more', async () => {
    const guestId = { id: identity() };
    const guest = await AV.User.loginWithAuthData(guestId, 'anonymous');
    const [id, token] = [guest.id, guest.getSessionToken()];
    const map = { openid: identity() };
    await guest.associateWithAuthData(map, 'weixin');
    assert.equal(answer().status, 200);
    assert.deepEqual(guest.get('authData'), { weixin: map });
    assert.ok(!guest.isAnonymous());
    assert.equal(guest.getSessionToken(), token);
    await AV.User.logOut();
    const back = await AV.User.loginWithAuthData(map, 'weixin');
    assert.equal(back.id, id);
    assert.equal(back.getSessionToken(), token);
    assert.notEqual((await AV.User.loginWithAuthData(guestId, 'anonymous')).id, id);
  });

  await test('a second platform is merged to the first', async () => {
    const { user, map } = await newcomer('weixin');
    const other = { openid: identity() };
    await user.associateWithAuthData(other, 'qq');
    assert.deepEqual(user.get('authData'), { weixin: map, qq: other });
    assert.deepEqual((await fetched(user.id)).get('authData'), { weixin: map, qq: other });
  });

  await test("another account's identity is refused with 137, and all stays", async () => {
    const owner = await newcomer('weixin');
    const { user, map } = await newcomer('qq');
    await refused(137, user.associateWithAuthData(owner.map, 'weixin'));
    assert.deepEqual((await fetched(user.id)).get('authData'), { qq: map });
    assert.equal((await AV.User.loginWithAuthData(owner.map, 'weixin')).id, owner.user.id);
  });

  await test('what is linked already can be linked again', async () => {
    const { user, map } = await newcomer();
    const later = { ...map, access_token: 'second' };
    await user.associateWithAuthData(later, 'weixin');
    assert.deepEqual((await fetched(user.id)).get('authData'), { weixin: later });
  });

  await test('a main account that is linked brings its unionid', async () => {
    const { user } = await newcomer('qq');
    const unionid = identity();
    const main = { asMainAccount: true };
    await user.associateWithAuthDataAndUnionId({ openid: identity() }, 'weixin', unionid, main);
    assert.deepEqual(platforms(user), ['_weixin_unionid', 'qq', 'weixin']);
    const map = { openid: identity() };
    const joined = await AV.User.loginWithAuthDataAndUnionId(map, 'weixin_mini', unionid);
    assert.equal(joined.id, user.id);
  });
}

async function dissociating() {
  await test('what is unlinked opens the account no longer; the rest does', async () => {
    const { user, map } = await newcomer('weixin');
    const other = { openid: identity() };
    await user.associateWithAuthData(other, 'qq');
    await user.dissociateAuthData('weixin');
    assert.deepEqual(user.get('authData'), { qq: other });
    assert.deepEqual((await fetched(user.id)).get('authData'), { qq: other });
    const id = user.id;
    await nobodyHas(map, 'weixin');
    assert.equal((await AV.User.loginWithAuthData(other, 'qq')).id, id);
    assert.notEqual((await AV.User.loginWithAuthData(map, 'weixin')).id, id);
  });

  await test('the last identity may go: the session stays', async () => {
    const { user, map } = await newcomer();
    await user.dissociateAuthData('weixin');
    await nobodyHas(map, 'weixin');
    assert.equal((await AV.User.become(user.getSessionToken())).id, user.id);
  });
}

async function strangers() {
  await test('nobody links or unlinks for somebody else: 206', async () => {
    const { user, map } = await newcomer('weixin');
    await newcomer('qq');
    const mine = { openid: identity() };
    await refused(206, handle(user.id).associateWithAuthData(mine, 'witness'));
    await refused(206, handle(user.id).dissociateAuthData('weixin'));
    await AV.User.logOut();
    await refused(206, handle(user.id).associateWithAuthData(mine, 'witness'));
    await refused(206, handle(user.id).dissociateAuthData('weixin'));
    await nobodyHas(mine, 'witness');
    assert.equal((await AV.User.loginWithAuthData(map, 'weixin')).id, user.id);
  });
}

module.exports = async () => {
  await associating();
  await dissociating();
  await strangers();
};
