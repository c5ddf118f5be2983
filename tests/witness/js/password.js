// Contract rows 6, 7, 13 and 17: names and passwords.
'use strict';

const { AV, TOKEN, answer, assert, fetched, identity, refused } = require('./sdk');
const { test } = require('./tap');

const PASSWORD = 'correct horse battery staple';

/** Signs up under a new name. */
const signUp = (attributes) => AV.User.signUp(identity(), PASSWORD, attributes);

async function signingUp() {
  await test('a name and a password make an account (201) that is logged in', async () => {
    const user = await signUp({ nickname: 'Ada' });
    assert.equal(answer().status, 201);
    assert.equal(answer().data.password, undefined);
    assert.match(user.getSessionToken(), TOKEN);
    assert.equal(AV.User.current(), user);
    assert.equal((await fetched(user.id)).get('nickname'), 'Ada');
    assert.equal((await fetched(user.id)).get('password'), undefined);
  });

  await test('a name or an address that is taken: 202, 203', async () => {
    const email = `${identity()}@example.com`;
    const user = await signUp({ email });
    await refused(202, AV.User.signUp(user.getUsername(), PASSWORD));
    await refused(203, signUp({ email }));
    const other = await signUp();
    await refused(202, other.save({ username: user.getUsername() }));
  });

  await test('a sign-up without a name: 200, without a password: 201', async () => {
    await refused(200, new AV.User().save({ password: PASSWORD }));
    await refused(201, new AV.User().save({ username: identity() }));
  });

  await test('a guest who signs up keeps the account and is a guest no more', async () => {
    const guestId = { id: identity() };
    const guest = await AV.User.loginWithAuthData(guestId, 'anonymous');
    const [id, token, username] = [guest.id, guest.getSessionToken(), identity()];
    await guest.signUp({ username, password: PASSWORD });
    assert.equal(guest.id, id);
    assert.equal(guest.getSessionToken(), token);
    assert.equal((await fetched(id)).get('authData')?.anonymous, undefined);
    const back = await AV.User.logIn(username, PASSWORD);
    assert.equal(back.id, id);
    assert.equal(back.getSessionToken(), token);
    assert.notEqual((await AV.User.loginWithAuthData(guestId, 'anonymous')).id, id);
  });
}

async function loggingIn() {
  await test('name and password bring the same token; nothing is changed', async () => {
    const user = await signUp();
    const token = user.getSessionToken();
    await AV.User.logOut();
    const back = await AV.User.logIn(user.getUsername(), PASSWORD);
    assert.equal(answer().status, 200);
    assert.equal(back.id, user.id);
    assert.equal(back.getSessionToken(), token);
    assert.equal(back.updatedAt.getTime(), user.updatedAt.getTime());
    assert.equal(AV.User.current(), back);
  });

  await test('so do address and password', async () => {
    const email = `${identity()}@example.com`;
    const user = await signUp({ email });
    const back = await AV.User.loginWithEmail(email, PASSWORD);
    assert.equal(back.id, user.id);
    assert.equal(back.getEmail(), email);
  });

  await test('a wrong password: 210; a name that nobody has: 211', async () => {
    const user = await signUp();
    await refused(210, AV.User.logIn(user.getUsername(), 'wrong'));
    assert.equal(answer().status, 400);
    await refused(211, AV.User.logIn(identity(), PASSWORD));
    assert.equal(AV.User.current(), user);
  });
}

async function changing() {
  await test('a new password is a new session and ends the old ones', async () => {
    const user = await signUp();
    const old = user.getSessionToken();
    await user.updatePassword(PASSWORD, 'another');
    assert.deepEqual(Object.keys(answer().data).sort(), ['objectId', 'sessionToken', 'updatedAt']);
    assert.notEqual(user.getSessionToken(), old);
    assert.equal(await user.isAuthenticated(), true);
    await refused(211, AV.User.become(old));
    await refused(210, AV.User.logIn(user.getUsername(), PASSWORD));
    const back = await AV.User.logIn(user.getUsername(), 'another');
    assert.equal(back.getSessionToken(), user.getSessionToken());
  });

  await test('a wrong old password changes nothing: 210', async () => {
    const user = await signUp();
    await refused(210, user.updatePassword('wrong', 'another'));
    assert.equal(await user.isAuthenticated(), true);
    assert.equal((await AV.User.logIn(user.getUsername(), PASSWORD)).id, user.id);
  });
}

module.exports = async () => {
  await signingUp();
  await loggingIn();
  await changing();
};
