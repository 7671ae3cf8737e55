// Does to the service what scenarios/room.ts says: reads a line of JSON for each action, and writes one when it is done. Actions
// may overlap. Times are CLOCK_MONOTONIC microseconds, as in the consumer's CSV.
//
// room.mjs FLAG
//   {"id":1,"call":["SetMode","s",["blur"]]}               a method of the service
//   {"id":2,"set":["BlurStrength","u",40]}                  a property
//   {"id":3,"run":"systemctl restart backscrub.service"}    a command of the shell
//   {"id":4,"import":["still","/root/still.jpg"]}           ImportBackground with the bytes of a file
//   {"id":5,"snapshot":"/mnt/output/snapshot.jpg"}          Snapshot into a file
//   Answers: {"id":1,"from":T,"to":T,"value":...} or {"id":1,"from":T,"to":T,"error":"name","text":"..."}
// With "hidden":true the byte in FLAG becomes 1 when it has succeeded, with "hidden":false 0 before it begins: whether an
// application may see the room.
import { exec } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire('/usr/lib/backscrub/daemon/package.json');
const { Message, systemBus, Variant } = require('dbus-next');
const NAME = 'org.backscrub';
const PATH = '/org/backscrub';
/** A call that has no answer by then has none. */
const LATE_MS = 30_000;
const COMMAND_MS = 60_000;

const bus = systemBus();
bus.on('error', (error) => {
  console.error(error);
  process.exit(1);
});
const flag = openSync(process.argv[2], 'r+');
const now = () => Number(process.hrtime.bigint() / 1000n);

async function send(face, member, signature = '', body = []) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(reject, LATE_MS, { type: 'late', text: `no answer for ${LATE_MS / 1000} s` });
  });
  const message = new Message({ destination: NAME, path: PATH, interface: face, member, signature, body });
  try {
    return (await Promise.race([bus.call(message), late])).body[0];
  } finally {
    clearTimeout(timer);
  }
}

function run(command) {
  return new Promise((resolve, reject) => {
    exec(command, { timeout: COMMAND_MS, shell: '/bin/bash' }, (error, stdout, stderr) => {
      if (error) reject({ type: 'command', text: `${command}: ${stderr || error.message}` });
      else resolve(stdout.trim());
    });
  });
}

/** Options of a{sv} come as {"key":["u",5]}. */
function withVariants(value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, [type, held]]) => [key, new Variant(type, held)]),
  );
}

const kinds = {
  call: ([member, signature, body]) => send(NAME, member, signature, body.map(withVariants)),
  set: ([name, type, value]) =>
    send('org.freedesktop.DBus.Properties', 'Set', 'ssv', [NAME, name, new Variant(type, value)]),
  run,
  import: ([name, file]) => send(NAME, 'ImportBackground', 'saya{sv}', [name, readFileSync(file), {}]),
  snapshot: async (file) => {
    const jpeg = await send(NAME, 'Snapshot', 'a{sv}', [
      { size: new Variant('u', 1280), quality: new Variant('u', 90) },
    ]);
    writeFileSync(file, jpeg);
  },
};

async function act({ id, hidden, ...action }) {
  const [kind, words] = Object.entries(action)[0];
  if (hidden === false) writeSync(flag, '0', 0);
  const from = now();
  let answer;
  try {
    const value = await kinds[kind](words);
    answer = { id, from, to: now(), value: typeof value === 'string' ? value : undefined };
    if (hidden === true) writeSync(flag, '1', 0);
  } catch (error) {
    answer = {
      id,
      from,
      to: now(),
      error: String(error.type ?? 'broken'),
      text: String(error.text ?? error),
    };
  }
  console.log(JSON.stringify(answer));
}

bus.once('connect', () => console.log(JSON.stringify({ id: 0, from: now(), to: now() })));
for await (const line of createInterface({ input: process.stdin })) void act(JSON.parse(line));
closeSync(flag);
process.exit(0);
