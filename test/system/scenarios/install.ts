import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { figure } from '../figures.js';
import { attempt, eventually, guest } from '../guest.js';
import { describeRun, frameRate, showsRoom } from '../records.js';
import { call, callCommand, property } from '../service.js';
import { bringPictures, learnPlaceholder, virtualCamera } from './setting.js';

describe('the installed service', () => {
  test('is started by systemd and answers on the system bus', async () => {
    const state = await eventually(
      () => guest('systemctl is-active backscrub.service || true'),
      (answer) => answer === 'active',
      'backscrub.service',
    );
    assert.equal(state, 'active');
    assert.deepEqual(await property<string[]>('Modes'), ['passthrough', 'blur', 'replace', 'mask']);
    assert.equal(await property('Mode'), 'blur', 'a new user never shows the room');
    const pid = await guest('systemctl show --property=MainPID --value backscrub.service');
    assert.equal(await guest(`stat -c %U /proc/${pid}`), 'backscrub');
  });

  test('has made its device a camera that everybody sees', async () => {
    const device = await virtualCamera();
    const caps = await guest(`v4l2-ctl -d ${device} --info --get-fmt-video`);
    assert.match(caps, /Card type\s*: Backscrub/);
    assert.match(caps, /Device Caps[\s\S]*Video Capture/);
    assert.doesNotMatch(caps.slice(caps.indexOf('Device Caps')), /Video Output/);
    assert.match(caps, /Width\/Height\s*: 1280\/720/);
    assert.match(caps, /'YUYV'/);
  });

  test('lets nobody from outside a session change anything, and everybody read', async () => {
    const asUser = (command: string): Promise<{ status: number; stderr: string; stdout: string }> =>
      attempt(`runuser -u cam -- ${command}`);
    const denied = await asUser(callCommand('SetMode', 's', 'passthrough'));
    assert.notEqual(denied.status, 0);
    assert.match(denied.stderr, /denied|password is needed/i);
    assert.equal(await property('Mode'), 'blur');
    const read = await asUser('busctl get-property org.backscrub /org/backscrub org.backscrub State');
    assert.equal(read.status, 0);
  });

  test('is steered by backscrubctl', async () => {
    await guest('backscrubctl mode replace');
    assert.equal(await property('Mode'), 'replace');
    const status = JSON.parse(await guest('backscrubctl status --json')) as Record<string, unknown>;
    assert.ok(JSON.stringify(status).includes('replace'));
    await guest('backscrubctl mode blur');
    assert.match(await guest('backscrubctl status'), /blur/);
  });

  test('shows a placeholder while it is stopped', async () => {
    await bringPictures();
    const { frames } = await learnPlaceholder();
    figure('placeholder of the stopped service', describeRun(frames));
    assert.ok(frameRate(frames) > 2, 'an application that gets nothing for a second starts over');
    assert.equal(frames.filter(showsRoom).length, 0);
    assert.ok(frames.every((frame) => frame.room > 15 && frame.background > 15));
    assert.equal(await property('State'), 'stopped');
    await call('Start');
    assert.equal(await property('State'), 'idle');
  });
});
