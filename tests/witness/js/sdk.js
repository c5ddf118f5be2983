// The SDK as an app sets it up, and what the stories share.
'use strict';

const assert = require('node:assert/strict');
const { randomUUID } = require('node:crypto');
const AV = require('leancloud-storage');
const node = require('@leancloud/platform-adapters-node');

const setting = (name) => {
  const value = process.env[`TDSAUTH_TEST_${name}`];
  if (!value) throw new Error(`TDSAUTH_TEST_${name} is not set`);
  return value;
};

const url = setting('URL');

AV.init({
  appId: setting('APP_ID'),
  appKey: setting('APP_KEY'),
  masterKey: setting('MASTER_KEY'),
  serverURL: url,
});

// The SDK tells neither status nor headers of an answer; the adapter that it lets apps set does.
const answers = [];
AV.setAdapters({
  request: async (address, options) => {
    const answer = await node.request(address, options);
    // A copy: the SDK takes out of the data what it has read.
    answers.push(structuredClone(answer));
    return answer;
  },
});

/** The last answer of the server: `status`, `headers`, `data`. */
const answer = () => answers[answers.length - 1];

/** The master key for one call. */
const master = { useMasterKey: true };

/** An identity that nobody has used. */
const identity = () => randomUUID();

/** A user of whom this program knows nothing but the id. */
const handle = (id) => AV.Object.createWithoutData('_User', id);

/** The user with what the server says now, without a part in it of what is known here. */
const fetched = (id, options) => handle(id).fetch({}, options);

/** Logs in with a new identity of `platform`; the user and the map that was sent. */
async function newcomer(platform = 'weixin') {
  const map = { openid: identity(), access_token: 'first' };
  return { user: await AV.User.loginWithAuthData(map, platform), map };
}

/** Logs in as a new guest; the user and the map that was sent. */
async function guest() {
  const map = { id: identity() };
  return { user: await AV.User.loginWithAuthData(map, 'anonymous'), map };
}

/** Expects `promise` to be refused with this code, or one of these. */
async function refused(codes, promise) {
  const wanted = [codes].flat();
  let value;
  try {
    value = await promise;
  } catch (error) {
    assert.ok(wanted.includes(error.code), `code ${error.code}, not ${wanted}: ${error.message}`);
    return error;
  }
  return assert.fail(`done instead of refused with ${wanted}: ${JSON.stringify(value)}`);
}

/** Expects that nobody has this identity. */
const nobodyHas = (map, platform) =>
  refused(211, AV.User.loginWithAuthData(map, platform, { failOnNotExist: true }));

const TOKEN = /^[0-9a-z]{25}$/;
const ID = /^[0-9a-f]{24}$/;

module.exports = {
  AV,
  ID,
  TOKEN,
  answer,
  assert,
  fetched,
  guest,
  handle,
  identity,
  master,
  newcomer,
  nobodyHas,
  refused,
  url,
};
