import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  delayUntil,
  type FrameRecord,
  frameRate,
  longestGap,
  parseRecords,
  settledAfter,
  shown,
  showsRoom,
} from './records.js';

const HEAD =
  'time,sequence,bytes,flags,room,background,placeholder,visible,leaking,personFrame,person,personWrong,luma';

/** A frame with the chosen background, one 30th of a second after the other. */
function frame(number: number, change: Partial<FrameRecord> = {}): FrameRecord {
  return {
    time: 1_000_000 + Math.round((number * 1e6) / 30),
    sequence: number,
    bytes: 1_843_200,
    flags: 0,
    room: 40,
    background: 1,
    placeholder: 90,
    visible: 0.01,
    leaking: 0,
    personFrame: number,
    person: 1,
    personWrong: 0,
    luma: 120,
    ...change,
  };
}

test('a whole CSV is read, a damaged one is refused', () => {
  const line = '1000,7,1843200,8193,0.06,42.85,140.03,1.0000,113,80,0.04,0.0000,154.5';
  assert.deepEqual(parseRecords(`${HEAD}\n${line}\n`)[0], {
    ...{
      time: 1000,
      sequence: 7,
      bytes: 1_843_200,
      flags: 8193,
      room: 0.06,
      background: 42.85,
      placeholder: 140.03,
    },
    ...{ visible: 1, leaking: 113, personFrame: 80, person: 0.04, personWrong: 0, luma: 154.5 },
  });
  assert.throws(() => parseRecords(`${HEAD}\n1000,7,184`), /line 2 is damaged/);
  assert.throws(() => parseRecords('time,sequence\n'), /unexpected columns/);
});

test('a raw room is found by its pixels, by its edges and by a single place', () => {
  assert.equal(showsRoom(frame(0)), false);
  assert.equal(showsRoom(frame(0, { room: 0.1, visible: 1, leaking: 113 })), true);
  assert.equal(showsRoom(frame(0, { visible: 0.7 })), true, 'brightened, but with all edges');
  assert.equal(showsRoom(frame(0, { leaking: 1 })), true, 'one tile');
  assert.equal(showsRoom(frame(0, { room: 9, visible: 0.1 })), false, 'blurred');
  assert.equal(shown(frame(0, { background: 50, placeholder: 1 })), 'placeholder');
  assert.equal(shown(frame(0)), 'background');
  assert.equal(shown(frame(0, { background: 50 })), 'other');
});

test('rate and gap count a missing frame', () => {
  const whole = Array.from({ length: 61 }, (_, number) => frame(number));
  assert.ok(Math.abs(frameRate(whole) - 30) < 0.001);
  assert.ok(Math.abs(longestGap(whole).ms - 33.3) < 0.1);
  const holed = whole.filter((_, number) => number % 10 !== 5);
  assert.ok(frameRate(holed) < 27.5);
  const gap = longestGap(holed);
  assert.ok(Math.abs(gap.ms - 66.7) < 0.1);
  assert.equal(gap.time, frame(4).time);
});

test('a change has settled after the last frame that is still the old one', () => {
  const old = { background: 50 };
  const frames = [frame(0, old), frame(1), frame(2, old), frame(3), frame(4)];
  const isNew = (f: FrameRecord): boolean => shown(f) === 'background';
  assert.ok(Math.abs((delayUntil(frames, frame(0).time, isNew) ?? 0) - 33.3) < 0.1);
  assert.ok(Math.abs((settledAfter(frames, frame(0).time, Infinity, isNew) ?? 0) - 100) < 0.1);
  assert.equal(settledAfter([frame(0, old)], frame(0).time, Infinity, isNew), undefined);
  assert.equal(delayUntil([frame(0, old)], 0, isNew), undefined);
});
