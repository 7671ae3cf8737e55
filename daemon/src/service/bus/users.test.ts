import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Users } from './users.js';

let asked: string[] = [];
let users: Users;
beforeEach(() => {
  asked = [];
  users = new Users(async (name) => {
    asked.push(name);
    if (name === ':1.0') throw new Error('no such name');
    return Number(name.slice(3)) * 1000;
  });
});

test('the bus is asked once for each connection', async () => {
  assert.deepEqual(
    [await users.of(':1.1'), await users.of(':1.2'), await users.of(':1.1')],
    [1000, 2000, 1000],
  );
  assert.deepEqual(asked, [':1.1', ':1.2']);
});

test('that there is no such connection is asked again', async () => {
  await assert.rejects(users.of(':1.0'), /no such name/);
  await assert.rejects(users.of(':1.0'), /no such name/);
  assert.deepEqual(asked, [':1.0', ':1.0']);
});

test('a name that changes hands is no caller', async () => {
  await assert.rejects(users.of('org.example'), /not a unique name/);
  assert.deepEqual(asked, []);
});

test('those that came first are forgotten first, and asked about again', async () => {
  for (let i = 1; i <= 300; i++) await users.of(`:1.${i}`);
  assert.equal(asked.length, 300);
  await users.of(':1.300');
  assert.equal(asked.length, 300);
  assert.equal(await users.of(':1.1'), 1000);
  assert.equal(asked.length, 301);
});
