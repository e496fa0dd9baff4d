'use strict';
// memcached, the client of 3rd-Eden. usage: npm-memcached.js default|hash-ring
const { Skip, sendable, serve } = require('./common/adapter.js');
const { promisify } = require('util');
const Memcached = require('memcached');
const { validateArg } = require('memcached/lib/utils');

const options = process.argv[2] === 'hash-ring' ? { compatibility: 'hash_ring' } : {};

function spell(server) {
  // It appends a port to a path, and does not know the brackets around IPv6.
  if (server.path || server.host.includes(':')) throw new Skip('unix sockets and IPv6');
  return server.place();
}

let list, client;

function call(operation, key, ...words) {
  // The client puts the key into its command as a pattern's replacement, which rewrites these.
  if (operation === 'set' && /\$[$&`']/.test(key)) throw new Error('a key that it would rewrite');
  return promisify(client[operation].bind(client))(key, ...words);
}

serve({
  servers(servers) {
    list = servers.map(spell);
    const weighted = servers.some((s) => s.weight !== null);
    if (weighted && new Set(list).size < list.length) throw new Skip('weights of equal servers');
    const weights = servers.map((s, i) => [list[i], s.weight === null ? 1 : s.weight]);
    client = new Memcached(weighted ? Object.fromEntries(weights) : list, options);
  },
  locate(key) { // the ring takes any key; each operation checks it first
    const fail = (why) => { throw why; };
    validateArg({ key, command: '', validate: [['key', String]], callback: fail }, client);
    if (key.length <= 250) sendable(key); // what is longer is sent as its MD5
    return list.length === 1 ? 0 : list.indexOf(client.HashRing.get(key));
  },
  set: (key, value) => call('set', key, value, 0),
  get: (key) => call('get', key),
  many: (keys) => call('getMulti', keys),
  store: (key, value) => call('set', key, value, 0),
  fetch: (key) => call('get', key),
}, 'npm-memcached', require('memcached/package.json').version);
