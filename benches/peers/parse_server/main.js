// parse-server on a database of a PostgreSQL whose socket lies in a folder; says where it listens.
'use strict';

const http = require('node:http');
const express = require('express');
const { ParseServer } = require('parse-server');

const [folder, database] = process.argv.slice(2);

async function main() {
  const app = express();
  const server = http.createServer(app);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const parse = new ParseServer({
    appId: 'app',
    masterKey: 'master',
    serverURL: `http://127.0.0.1:${port}/parse`,
    databaseURI: 'postgres://postgres@localhost/',
    databaseOptions: { host: folder, database },
    allowClientClassCreation: true,
    silent: true,
    logsFolder: null,
  });
  await parse.start();
  app.use('/parse', parse.app);
  console.log(JSON.stringify({ listening: port }));
}

main();
