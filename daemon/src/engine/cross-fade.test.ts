import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Backdrop } from '@backscrub/native';
import type { Look } from '../shared/protocol.js';
import { CrossFade } from './cross-fade.js';

function look(mode: Look['mode'], background: string, crossFade = 200): { look: Look } {
  return { look: { mode, background, blurStrength: 50, crossFade, effects: [] } };
}

function filled(y: number): Backdrop {
  const frame = new Backdrop(16, 16);
  frame.fill(y, 128, 128);
  return frame;
}

function luma(frame: Backdrop): number {
  const bytes = Buffer.alloc(16 * 16 * 1.5);
  frame.storeI420(bytes);
  return bytes[0] ?? -1;
}

describe('CrossFade', () => {
  const [old, next] = [filled(40), filled(200)];
  const draw = (): Backdrop => old;

  it('goes from one to the other in the time that was asked for, beginning with its first frame', () => {
    const fade = new CrossFade<{ look: Look }>(16, 16);
    const from = look('replace', 'a');
    assert.deepEqual(fade.begin(from, look('replace', 'b')), []);
    const at = (ms: number) => fade.mix(next, draw, ms);
    assert.equal(luma(at(5000).frame), 40);
    assert.ok(Math.abs(luma(at(5050).frame) - 80) <= 1);
    assert.ok(Math.abs(luma(at(5150).frame) - 160) <= 1);
    assert.deepEqual(fade.looks, [from]);
    const last = at(5200);
    assert.equal(last.frame, next);
    assert.deepEqual(last.over, [from], 'now nobody needs the old one');
    assert.deepEqual(at(5300), { frame: next, over: [] });
  });

  it('ends when another one begins', () => {
    const fade = new CrossFade<{ look: Look }>(16, 16);
    const [a, b, c] = [look('replace', 'a'), look('blur', 'b'), look('replace', 'c')];
    fade.begin(a, b);
    assert.deepEqual(fade.begin(b, c), [a]);
    assert.deepEqual(fade.end(), [b]);
  });

  const never: [string, ReturnType<typeof look>, ReturnType<typeof look>][] = [
    ['from the room', look('passthrough', 'a'), look('replace', 'a')],
    ['to the room', look('replace', 'a'), look('passthrough', 'a')],
    ['from the matte', look('mask', 'a'), look('blur', 'a')],
    ['to the matte', look('blur', 'a'), look('mask', 'a')],
    ['when it is off', look('replace', 'a'), look('replace', 'b', 0)],
    ['when nothing that is seen changes', look('blur', 'a'), look('blur', 'b')],
  ];
  for (const [when, from, to] of never) {
    it(`does not happen ${when}`, () => {
      const fade = new CrossFade<{ look: Look }>(16, 16);
      assert.deepEqual(fade.begin(from, to), [from]);
      assert.equal(fade.mix(next, draw, 0).frame, next);
    });
  }
});
