import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS, Pending } from './pending.js';

test('many users fill all places, and each that leaves makes one free', () => {
  const pending = new Pending();
  const leave = Array.from({ length: LIMITS.all }, (_, user) => pending.enter(`:1.${user}`, user));
  assert.throws(() => pending.enter(':1.999', 999), /Too many calls/);
  leave[0]?.();
  pending.enter(':1.999', 999);
  assert.throws(() => pending.enter(':1.0', 0), /Too many calls/);
});

test('a refused entry takes no place', () => {
  const pending = new Pending();
  const leave = Array.from({ length: LIMITS.caller }, () => pending.enter(':1.1', 7));
  for (let i = 0; i < 100; i++) assert.throws(() => pending.enter(':1.1', 7));
  for (const end of leave) end();
  for (let i = 0; i < LIMITS.caller; i++) pending.enter(':1.1', 7);
});
