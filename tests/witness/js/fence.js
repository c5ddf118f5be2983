// Lets the SDK reach one address and nothing else: its makers' servers must play no part here.
'use strict';

const net = require('node:net');

const strays = [];
let reached = 0;

/** From here on this process connects to the host and port of `url` alone. */
function fence(url) {
  const { hostname, port } = new URL(url);
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function fenced(...args) {
    // Node calls it with its arguments already sorted, callers of their own with options.
    const options = Array.isArray(args[0]) ? args[0][0] : args[0];
    if (options.host === hostname && String(options.port) === port) {
      reached += 1;
      return connect.apply(this, args);
    }
    strays.push(`${options.host}:${options.port}`);
    throw new Error(`${options.host}:${options.port} is outside of the fence`);
  };
}

module.exports = { fence, strays, reached: () => reached };
