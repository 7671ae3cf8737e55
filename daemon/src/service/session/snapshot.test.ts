import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Variant } from '../../generated/contract.js';
import { BackscrubError } from '../../shared/errors.js';
import { STATES } from '../../shared/names.js';
import { healthy, setUpSession } from '../testing/fake-ports.js';
import { decodeJpeg, noPicture, parseSnapshotOptions } from './snapshot.js';

const invalid = (error: unknown) => error instanceof BackscrubError && error.code === 'InvalidArgs';
const failed = (text: RegExp) => (error: unknown) =>
  error instanceof BackscrubError && error.code === 'Failed' && text.test(error.message);
const u = (value: number) => ({ signature: 'u', value });
const JPEG = Buffer.from([0xff, 0xd8, 1, 2, 3, 0xff, 0xd9]);

test('options', () => {
  assert.deepEqual(parseSnapshotOptions({}), { size: 640, quality: 80 });
  assert.deepEqual(parseSnapshotOptions({ size: u(16), quality: u(100) }), { size: 16, quality: 100 });
  const wrong: Readonly<Record<string, Variant>>[] = [
    { size: u(15) },
    { size: u(4097) },
    { quality: u(0) },
    { quality: u(101) },
    { quality: { signature: 'i', value: 80 } },
    { size: { signature: 's', value: '80' } },
    { colour: u(1) },
    { constructor: u(1) },
  ];
  for (const options of wrong)
    assert.throws(() => parseSnapshotOptions(options), invalid, JSON.stringify(options));
});

test('every state has its reason', () => {
  const texts = STATES.map((state) => noPicture(state).message);
  assert.equal(new Set(texts).size, STATES.length);
});

test('what is no JPEG file is not handed on', () => {
  assert.deepEqual(decodeJpeg(JPEG.toString('base64')), JPEG);
  for (const bad of [Buffer.from('LIE'), Buffer.alloc(0), JPEG.subarray(0, 6), JPEG.subarray(1)])
    assert.throws(() => decodeJpeg(bad.toString('base64')), failed(/not answer with a picture/));
});

test('the engine answers; without one there is nothing', async () => {
  const { session, engine, consumers } = setUpSession();
  engine.behave = healthy;
  await assert.rejects(session.snapshot({}), failed(/no application reads/));
  consumers(1);
  const picture = session.snapshot({ size: u(320) });
  const question = engine.sent.at(-1);
  assert.ok(question?.type === 'snapshot');
  assert.deepEqual([question.size, question.quality], [320, 80]);
  engine.say({ type: 'snapshot', serial: question.serial, jpeg: JPEG.toString('base64') });
  assert.deepEqual(await picture, JPEG);
  const lost = session.snapshot({});
  engine.exit('killed by SIGKILL');
  await assert.rejects(lost, failed(/LastError/));
  await session.stop();
  await assert.rejects(session.snapshot({}), failed(/Start/));
});

test('an engine that does not answer, or refuses', async () => {
  const { session, engine, clock, consumers } = setUpSession();
  engine.behave = healthy;
  consumers(1);
  const late = session.snapshot({});
  clock.advance(2000);
  const refused = session.snapshot({});
  const question = engine.sent.at(-1);
  assert.ok(question?.type === 'snapshot');
  const error = { code: 'Failed', message: 'not yet' } as const;
  engine.say({ type: 'snapshot-refused', serial: question.serial, error });
  await assert.rejects(refused, failed(/not yet/));
  engine.say({ type: 'ready', serial: 2 });
  clock.advance(2900);
  engine.say({ type: 'ready', serial: 3 });
  clock.advance(200);
  await assert.rejects(late, failed(/in time/));
});
