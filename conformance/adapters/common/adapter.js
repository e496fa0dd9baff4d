'use strict';
// What the JavaScript adapters share: the protocol polyring-adapter/1 and the server text.
//
// A client is an object with the functions that it can answer: servers(list of Server),
// locate(key): index, set(key, value), get(key): text or null, many(keys): an object of what was
// found; they may be asynchronous. Keys and values are text: bytes that are no UTF-8 are refused.
// The values of store(key, value) and fetch(key) are what JavaScript has for the type, of which the
// client takes those in its types; undefined is a miss. What is thrown becomes "no" ("skip" for a
// list), a Skip "skip". What a list asks for beyond places and weights must be in the client's
// takes, an array of "name" and names of attributes.
const net = require('net');
const readline = require('readline');

const VERBS = ['servers', 'locate', 'set', 'get', 'many', 'store', 'fetch'];

class Skip extends Error {}

const bytes = (word) => Buffer.from(
  word.replace(/%(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const decode = (word) => decoder.decode(bytes(word));
const encode = (text) => Buffer.from(text).toString('latin1').replace(/[^A-Za-z0-9._~-]/g,
  (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0'));

class Server {
  constructor(text) {
    const [named, ...attributes] = text.split(';');
    const [, name = '', word] = named.match(/^(?:([^:/[=]*)=)?(.*)$/);
    const unix = word.match(/^unix:([^:]*)(?::(\d+)(?=:))?(?::([\d.]+))?$/);
    const host = word.match(/^(\[.*?\]|[^:/]+)(?:\/(\[.*?\]|[^:]+))?(?::(\d+))?(?::([\d.]+))?$/);
    if (!unix && !host) throw new Skip(`not a server: ${text}`);
    const [port, weight] = (unix || host).slice(-2);
    this.name = decode(name);
    this.attributes = Object.fromEntries(attributes.map((pair) => pair.split('=').map(decode)));
    this.path = unix ? decode(unix[1]) : '';
    this.host = unix ? '' : decode(host[1]).replace(/^\[|\]$/g, '');
    this.ip = unix ? '' : (host[2] || '').replace(/^\[|\]$/g, '');
    this.port = port === undefined ? null : Number(port);
    this.weight = weight === undefined ? null : Number(weight);
  }

  /** As people write it; the port only if the list gives one. */
  place() {
    const host = this.path || (this.host.includes(':') ? `[${this.host}]` : this.host);
    return this.port === null ? host : `${host}:${this.port}`;
  }
}

function parseAll(words, takes) {
  return words.map((word) => {
    const server = new Server(word);
    const asked = Object.keys(server.attributes).concat(server.name ? ['name'] : []);
    const beyond = asked.filter((what) => !takes.includes(what));
    if (beyond.length) throw new Skip(`the ${beyond.join(' and ')} of a server`);
    return server;
  });
}

/** The key, if memcached takes it: for clients that leave it to the server to look. */
function sendable(key, without = /[\0\n ]/) {
  const takes = Buffer.byteLength(key) <= 250 && !without.test(key);
  if (!takes) throw new Error('the server takes no such key');
  return key;
}

/** Plain connections to the servers, for a ring that has no client of its own. */
class Links {
  constructor(servers) {
    this.servers = servers;
    this.sockets = [];
  }

  open(server) { // the ring takes the address beside a name at its word, and so do we
    return server.path ? net.connect(server.path)
      : net.connect(server.port || 11211, server.ip || server.host);
  }

  /** What is answered up to one of the ends, or, with a second line to come maybe, to another. */
  ask(at, request, ...ends) {
    const socket = this.sockets[at] = this.sockets[at] || this.open(this.servers[at]);
    socket.write(request);
    return new Promise((resolve, reject) => {
      let reply = '';
      const take = (data) => {
        reply += data.toString('latin1');
        const whole = ends.some((end) => reply.endsWith(end));
        if (!whole && !/^[A-Z_]*ERROR.*\r\n/.test(reply)) return;
        socket.removeAllListeners();
        if (!whole) {
          socket.destroy();
          this.sockets[at] = null;
        }
        resolve(reply);
      };
      socket.on('error', reject);
      socket.on('data', take);
    });
  }

  async set(at, key, value) {
    const request = `set ${key} 0 0 ${Buffer.byteLength(value)}\r\n${value}\r\n`;
    return await this.ask(at, request, 'STORED\r\n') === 'STORED\r\n';
  }

  async get(at, key) {
    const reply = await this.ask(at, `get ${key}\r\n`, 'END\r\n');
    if (reply === 'END\r\n') return null;
    const found = reply.match(/^VALUE \S+ \d+ \d+\r\n([^]*)\r\nEND\r\n$/);
    if (!found) throw new Error(reply);
    return Buffer.from(found[1], 'latin1');
  }
}

function number(text) {
  const value = Number(text);
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new Error('not a number');
  const exact = text.includes('.') || Number.isSafeInteger(value);
  if (!exact) throw new Skip('a number that JavaScript has not');
  return value;
}

const READERS = {
  bytes: (word) => bytes(word),
  text: (word) => decode(word),
  int: (word) => number(decode(word)),
  float: (word) => number(decode(word)),
  bool: (word) => ({ true: true, false: false })[word],
  null: () => null,
  list: (word) => JSON.parse(decode(word)),
  map: (word) => JSON.parse(decode(word)),
};

function nameOf(value) {
  if (value === null) return 'null';
  if (Buffer.isBuffer(value)) return 'bytes';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return { string: 'text', boolean: 'bool', object: 'map' }[typeof value] || 'other';
}

function read(client, type, word) {
  const types = client.types || Object.keys(READERS);
  if (!types.includes(type)) throw new Skip(`values of the type ${type}`);
  const value = READERS[type](word);
  const name = nameOf(value);
  if (name !== type && !(name === 'int' && type === 'float')) throw new Error(`not a ${type}`);
  return value;
}

function typed(value) {
  const name = nameOf(value);
  const text = name === 'null' ? ''
    : ['list', 'map'].includes(name) ? JSON.stringify(value)
      : name === 'bytes' ? value : String(value);
  return `typed ${name} ${encode(text)}`;
}

async function many(client, words) {
  const keys = (words.length ? words : ['']).map(decode);
  const found = await client.many(keys);
  const word = (key) => ((found[key] ?? null) === null ? '-' : `+${encode(found[key])}`);
  return ['many', ...keys.map(word)].join(' ');
}

async function answer(client, verb, words) {
  if (verb === 'servers') {
    await client.servers(parseAll(words, client.takes || []));
    return 'ok';
  }
  if (verb === 'many') return many(client, words);
  if (verb === 'store') {
    const value = read(client, words[1] || '', words[2] || '');
    return await client.store(decode(words[0]), value) === false ? 'no not stored' : 'ok';
  }
  const [key, value] = [words[0] || '', words[1] || ''].map(decode);
  if (verb === 'fetch') {
    const found = await client.fetch(key);
    return found === undefined ? 'miss' : typed(found);
  }
  if (verb === 'locate') {
    const at = await client.locate(key);
    if (at < 0) throw new Error('no server');
    return `at ${at}`;
  }
  if (verb === 'set') return await client.set(key, value) === false ? 'no not stored' : 'ok';
  const found = await client.get(key);
  return found === null || found === undefined ? 'miss' : `value ${encode(found)}`;
}

/** A promise that can be rejected from elsewhere. */
function pending() {
  const self = { over: false };
  self.promise = new Promise((_, reject) => {
    self.reject = (why) => { self.over = true; reject(why); };
  });
  self.promise.catch(() => {});
  return self;
}

async function serve(client, name, version) {
  console.log = console.error; // some clients print
  const verbs = VERBS.filter((verb) => client[verb]);
  let list = [];
  let crash = pending();
  process.on('uncaughtException', (why) => crash.reject(why)); // out of a callback of the client's
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [verb, ...words] = line.split(' ');
    let reply = `skip ${verb}`;
    if (verb === 'bye') break;
    try {
      if (verb === 'hello') {
        const runtime = `runtime=Node-${process.versions.node}`;
        reply = `hello ${name} ${version} javascript ${verbs.join()} ${runtime}`;
      } else if (verbs.includes(verb)) {
        reply = await Promise.race([answer(client, verb, words), crash.promise]);
        if (verb === 'servers') list = words;
      }
    } catch (why) { // whatever the client throws: it refuses the key, or the list
      const refusal = verb === 'servers' || why instanceof Skip ? 'skip' : 'no';
      const text = why instanceof Error ? why.message : JSON.stringify(why);
      reply = `${refusal} ${text}`.replace(/[^!-~]+/g, ' ').trim();
    }
    if (crash.over) { // nobody knows what state the client is in
      crash = pending();
      await client.servers(parseAll(list, client.takes || []));
    }
    process.stdout.write(`${reply}\n`);
  }
  process.exit(0); // clients keep connections and timers
}

module.exports = { Links, Skip, sendable, serve };
