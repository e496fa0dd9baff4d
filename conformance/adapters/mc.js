'use strict';
// mc. usage: mc.js default
const { Skip, sendable, serve } = require('./common/adapter.js');
const { promisify } = require('util');
const mc = require('mc');

let list, client, connected;

// A key that it should have refused leaves an answer too many on the connection.
async function afresh() {
  if (connected) client.disconnect();
  client = new mc.Client(list);
  connected = false;
}

async function connect() {
  if (!connected) await new Promise((resolve) => client.connect(resolve));
  connected = true;
}

async function call(operation, ...words) {
  await connect();
  try {
    return await promisify(client[operation].bind(client))(...words);
  } catch (why) {
    if (why.type !== 'NOT_FOUND') await afresh();
    throw why;
  }
}

/** It calls back once for each server that it asks. */
async function many(keys) {
  const found = {};
  if (keys.includes('')) throw new Error('an empty key, which it never answers');
  let due = new Set(keys.map((key) => client.strategy(sendable(key), list.length))).size;
  await connect();
  return new Promise((resolve, reject) => client.get(keys, (why, part) => {
    if (why && why.type !== 'NOT_FOUND') afresh().then(() => reject(why));
    Object.assign(found, part);
    due -= 1;
    if (due === 0) resolve(found);
  }));
}

const get = (key, nothing) => call('get', key).then((found) => found[key],
  (why) => { if (why.type === 'NOT_FOUND') return nothing; throw why; });

async function set(key, value) {
  const reply = await call('set', key, value, {});
  if (reply === 'STORED') return;
  await afresh();
  throw new Error(reply);
}

serve({
  servers(servers) {
    if (servers.some((s) => s.weight !== null || s.path || s.host.includes(':'))) {
      throw new Skip('weights, IPv6 and unix sockets');
    }
    list = servers.map((s) => s.place());
    return afresh();
  },
  locate: (key) => client.strategy(sendable(key), list.length),
  set,
  get: (key) => get(key, null),
  many,
  types: ['bytes', 'text', 'int', 'float'],
  store: set,
  fetch: (key) => get(key, undefined),
}, 'mc', require('mc/package.json').version);
