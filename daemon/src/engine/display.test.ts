import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backdrop } from '@backscrub/native';
import { Display, type Output } from './display.js';

test('a room that was drawn before the room is hidden is not shown afterwards', () => {
  const written: string[] = [];
  const output: Output = {
    writeCanvas: () => void written.push('canvas'),
    writeRoom: () => void written.push('room'),
    overwrite: () => written.push('overwrite') > 0,
    repeat: () => void written.push('repeat'),
    stopRepeating: () => {},
  };
  const display = new Display(64, 32, output);
  display.grant();
  const room = display.openRoom();
  display.show(room);
  display.hide(new Backdrop(64, 32));
  display.show(room);
  assert.deepEqual(written, ['room', 'overwrite', 'repeat']);
});
