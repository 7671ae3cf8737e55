import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUpSession } from '../testing/fake-ports.js';
import type { Signal } from './message.js';
import { PropertiesPublisher } from './properties-publisher.js';

/** @param isSent says which signals can be sent */
function setUp(isSent: (names: readonly string[]) => boolean) {
  let values = setUpSession().session.properties();
  const sent: string[][] = [];
  const emit = ({ body }: Signal): void => {
    const names = Object.keys(body[1] as object);
    if (!isSent(names)) throw new Error('the bus does not carry it');
    sent.push(names);
  };
  const publisher = new PropertiesPublisher(() => values, emit);
  const change = (changed: Partial<typeof values>): void => {
    values = { ...values, ...changed };
    publisher.flush();
  };
  return { sent, change };
}

test('what changes together is told together', () => {
  const { sent, change } = setUp(() => true);
  change({ Mode: 'mask', BlurStrength: 7, CameraInUse: true });
  change({ Mode: 'mask' });
  assert.deepEqual(sent, [['Mode', 'BlurStrength', 'CameraInUse']]);
});

test('a value that cannot be sent does not take the others with it', () => {
  const { sent, change } = setUp((names) => !names.includes('Camera'));
  change({ Mode: 'mask', Camera: 'usb\0', CameraInUse: true });
  change({ Camera: 'usb\0\0' });
  change({ Mode: 'blur' });
  assert.deepEqual(sent, [['Mode'], ['CameraInUse'], ['Mode']]);
});
