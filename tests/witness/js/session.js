// Contract rows 8 and 16: sessions, from the token to the logout.
'use strict';

const { AV, TOKEN, answer, assert, guest, refused } = require('./sdk');
const { test } = require('./tap');

/** A second handle of the user, with the token that the user has now. */
const twin = (user) => AV.User.become(user.getSessionToken());

module.exports = async () => {
  await test('a token brings its user back, authData and all', async () => {
    const { user, map } = await guest();
    const token = user.getSessionToken();
    await AV.User.logOut();
    const back = await AV.User.become(token);
    assert.equal(back.id, user.id);
    assert.equal(back.getSessionToken(), token);
    assert.deepEqual(back.get('authData'), { anonymous: map });
    assert.equal(AV.User.current(), back);
  });

  await test('a token of nobody: 211, and whoever is logged in stays so', async () => {
    const { user } = await guest();
    await refused(211, AV.User.become('0123456789abcdefghijklmno'));
    assert.equal(answer().status, 400);
    assert.equal(AV.User.current(), user);
    assert.equal(await user.isAuthenticated(), true);
  });

  await test('each user is authenticated by the own token, whoever is current', async () => {
    const { user } = await guest();
    await guest();
    assert.equal(await user.isAuthenticated(), true);
  });

  await test('a refresh gives a new token and ends the old one', async () => {
    const { user, map } = await guest();
    const other = await twin(user);
    const old = other.getSessionToken();
    await user.refreshSessionToken({ sessionToken: old });
    assert.match(user.getSessionToken(), TOKEN);
    assert.notEqual(user.getSessionToken(), old);
    assert.deepEqual(Object.keys(answer().data).sort(), ['objectId', 'sessionToken', 'updatedAt']);
    assert.equal(await user.isAuthenticated(), true);
    assert.equal(await other.isAuthenticated(), false);
    await refused(211, AV.User.become(old));
    await refused(206, other.save({ nickname: 'late' }, { sessionToken: old }));
    const again = await AV.User.loginWithAuthData(map, 'anonymous');
    assert.equal(again.getSessionToken(), user.getSessionToken());
  });

  await test("nobody refreshes somebody else's token: 206", async () => {
    const { user } = await guest();
    const other = await guest();
    const session = { sessionToken: other.user.getSessionToken() };
    await refused(206, user.refreshSessionToken(session));
    assert.equal(await user.isAuthenticated(), true);
  });

  await test('a logout is known here alone', async () => {
    const { user } = await guest();
    const token = user.getSessionToken();
    await AV.User.logOut();
    assert.equal(AV.User.current(), null);
    assert.equal((await AV.User.become(token)).id, user.id);
  });
};
