// LeanCloud's official JS SDK, a client that nobody here wrote, uses the server as an app does.
'use strict';

const assert = require('node:assert/strict');
const http = require('node:http');
const { fence, reached, strays } = require('./fence');
const { AV, url } = require('./sdk');
const { finish, test } = require('./tap');

/** The fence is one: somebody who calls elsewhere, be it on this machine, gets nowhere. */
const fenced = () => {
  assert.throws(() => http.get('http://127.0.0.1:1/'), /outside of the fence/);
  assert.deepEqual(strays.splice(0), ['127.0.0.1:1']);
};

async function main() {
  fence(url);
  await test('the fence around the SDK holds', fenced);
  await test('this is the version that was fetched', () => {
    assert.equal(AV.version, require('./package.json').dependencies['leancloud-storage']);
  });
  await require('./sign_on')();
  await require('./session')();
  await require('./linking')();
  await require('./fields')();
  await require('./password')();
  await require('./objects')();
  await require('./queries')();
  await require('./acl')();
  await test('the SDK called the server and nobody else', () => {
    assert.ok(reached() > 0);
    assert.deepEqual(strays, []);
  });
  process.exitCode = finish();
}

main();
