// Tests that report by the Test Anything Protocol, one after the other.
'use strict';

const { TDSAUTH_TEST_STORE: store = 'a server' } = process.env;
let count = 0;
let failed = 0;

/** Runs one test; what it throws fails it. */
async function test(name, story) {
  count += 1;
  try {
    await story();
    console.log(`ok ${count} - JS on ${store}: ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok ${count} - JS on ${store}: ${name}`);
    console.log(String(error.stack).replace(/^/gm, '# '));
  }
}

/** Prints the plan; gives the exit code. */
function finish() {
  console.log(`1..${count}`);
  return failed === 0 ? 0 : 1;
}

module.exports = { test, finish };
