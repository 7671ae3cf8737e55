import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError } from '../../shared/errors.js';
import { UserGate } from './gate.js';

const denied = (error: unknown) => error instanceof BackscrubError && error.code === 'AccessDenied';
const gateFor = (user: number | Error) =>
  new UserGate(async () => {
    if (user instanceof Error) throw user;
    return user;
  }, 990);

test('root and the own user may', async () => {
  await gateFor(0).authorize(':1.5', 'org.backscrub.control');
  await gateFor(990).authorize(':1.5', 'org.backscrub.control');
});

test('everybody else may not', async () => {
  for (const user of [1000, 65534, -1, Number.NaN]) {
    await assert.rejects(gateFor(user).authorize(':1.5', 'org.backscrub.control'), denied);
  }
});

test('a caller who is gone may not', async () => {
  await assert.rejects(gateFor(new Error('no such name')).authorize(':1.5', 'org.backscrub.control'), denied);
});

test("a member without a permission is nobody's, not even root's", async () => {
  await assert.rejects(gateFor(0).authorize(':1.5', undefined), denied);
});

test('the user is asked for each time', async () => {
  let asked = 0;
  const gate = new UserGate(async () => asked++, 990);
  await gate.authorize(':1.5', 'org.backscrub.control');
  await assert.rejects(gate.authorize(':1.5', 'org.backscrub.control'), denied);
});
