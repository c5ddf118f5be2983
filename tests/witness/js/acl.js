// Contract rows 20 to 24 with ACL: who may read and write what.
'use strict';

const { AV, assert, identity, master, newcomer, refused } = require('./sdk');
const { test } = require('./tap');

const NAME = 'JsGuarded';

const by = (user) => ({ sessionToken: user.getSessionToken() });
const handle = (object) => AV.Object.createWithoutData(object.className, object.id);

/** An object that `acl` guards. */
async function guarded(acl, options) {
  const object = new AV.Object(NAME);
  object.setACL(acl);
  return object.save({ n: 1 }, options);
}

/** Whether this player finds the object. */
const finds = async (object, user) =>
  (await new AV.Query(NAME).equalTo('objectId', object.id).find(by(user))).length === 1;

module.exports = async () => {
  await test("an owner's object is nobody else's to read or write", async () => {
    const { user: owner } = await newcomer();
    const object = await guarded(new AV.ACL(owner), by(owner));
    const { user: other } = await newcomer();
    assert.equal(await finds(object, owner), true);
    assert.equal(await finds(object, other), false);
    await refused(403, handle(object).fetch({}, by(other)));
    await refused(403, handle(object).save({ n: 2 }, by(other)));
    await refused(403, handle(object).destroy(by(other)));
    await handle(object).save({ n: 3 }, by(owner));
    assert.equal((await handle(object).fetch({}, by(owner))).get('n'), 3);
  });

  await test('what all may read, not all may write', async () => {
    const { user: owner } = await newcomer();
    const acl = new AV.ACL(owner);
    acl.setPublicReadAccess(true);
    const object = await guarded(acl, by(owner));
    const { user: other } = await newcomer();
    assert.equal(await finds(object, other), true);
    await refused(403, handle(object).save({ n: 2 }, by(other)));
    const seen = await handle(object).fetch({ includeACL: true }, by(other));
    assert.equal(seen.getACL().getPublicReadAccess(), true);
    assert.equal(seen.getACL().getWriteAccess(owner), true);
  });

  await test('a role gives its members what it may', async () => {
    const { user: owner } = await newcomer();
    const { user: member } = await newcomer();
    const { user: stranger } = await newcomer();
    const name = `r${identity().replace(/-/g, '')}`;
    const acl = new AV.ACL(owner);
    acl.setPublicReadAccess(true);
    const role = new AV.Role(name, acl);
    role.getUsers().add(member);
    await role.save(null, by(owner));
    const rights = new AV.ACL(owner);
    rights.setRoleReadAccess(role, true);
    rights.setRoleWriteAccess(role, true);
    const object = await guarded(rights, by(owner));
    assert.equal(await finds(object, member), true);
    assert.equal(await finds(object, stranger), false);
    await handle(object).save({ n: 2 }, by(member));
    await refused(403, handle(object).save({ n: 3 }, by(stranger)));
    assert.deepEqual((await member.getRoles(by(member))).map((r) => r.getName()), [name]);
    role.getUsers().remove(member);
    await role.save(null, by(owner));
    assert.equal(await finds(object, member), false);
  });

  await test('a role that holds another lends it its rights', async () => {
    const { user: member } = await newcomer();
    const [upper, lower] = [1, 2].map(() => {
      const acl = new AV.ACL();
      acl.setPublicReadAccess(true);
      return new AV.Role(`r${identity().replace(/-/g, '')}`, acl);
    });
    lower.getUsers().add(member);
    await lower.save(null, master);
    upper.getRoles().add(lower);
    await upper.save(null, master);
    const rights = new AV.ACL();
    rights.setRoleReadAccess(upper, true);
    const object = await guarded(rights, master);
    assert.equal(await finds(object, member), true);
  });

  await test('the master key reads and writes all', async () => {
    const object = await guarded(new AV.ACL(), master);
    await refused(403, handle(object).fetch());
    await handle(object).save({ n: 2 }, master);
    assert.equal((await handle(object).fetch({}, master)).get('n'), 2);
  });
};
