/** The extension against backscrubd itself, on a machine without a virtual camera. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BusClient } from '../support/bus-client.js';
import { Hands } from './hands.js';
import { MockPolkit } from './mock-polkit.js';
import { RealService } from './real-service.js';
import { ShellBed } from './shell-bed.js';

let bed: ShellBed;
let hands: Hands;
let service: RealService;
let client: BusClient;

/** Of the session, who is therefore the service's own user: with and without polkit he may control it. */
const USER = 1000;

before(async () => {
  const suite = process.env['SHELL_SUITE'];
  bed = await ShellBed.start(suite === undefined ? {} : { suite });
  hands = await Hands.on(bed);
  await MockPolkit.start(await bed.connect());
  await bed.install(true);
  service = await RealService.start(bed, USER);
  client = await BusClient.open(bed.systemAddress);
  await bed.enable();
  await bed.until('bs.tile()?.visible === true');
});

after(async () => {
  client?.close();
  await service?.stop();
  await bed?.stop();
});

test('the tile says what the service says', async () => {
  const state = (await client.get('State')) as string;
  assert.ok(['stopped', 'failed'].includes(state), state);
  await hands.see('bs.look().checked', state !== 'stopped');
  await hands.see('bs.look().menu', true);
});

test('a mode that is clicked is the mode of the service', async () => {
  await hands.openMenu();
  for (const [label, mode] of [
    ['Silhouette', 'mask'],
    ['Blur', 'blur'],
  ]) {
    await hands.click(`bs.item('${label}')`);
    await client.until('Mode', (value) => value === mode);
    await hands.see('bs.marked()', [label]);
  }
});

test('the slider is the strength of the service', async () => {
  await hands.openMenu();
  await hands.click('bs.slider()', 0.3);
  await client.until('BlurStrength', (value) => Math.abs((value as number) - 30) <= 3);
});

test('the gallery of the service: pictures of its own, one of them chosen', async () => {
  await hands.openMenu();
  await hands.click("bs.item('Replace')");
  await client.until('Mode', (value) => value === 'replace');
  await bed.until('bs.cells().length >= 13');
  await bed.until('bs.cells().slice(0, 4).every((cell) => cell.child.content !== null)');
  const before = await client.get('Background');
  await hands.click('bs.cells().find((cell) => !cell.checked)');
  await client.until('Background', (value) => value !== before);
  await bed.until('bs.selected().length === 1');
});

test('an effect of the service', async () => {
  await hands.openMenu();
  await hands.click("bs.item('Effects')");
  await bed.until("bs.item('Mirror').mapped");
  await hands.click("bs.item('Mirror')");
  await client.until('Effects', (value) => (value as string[]).includes('mirror'));
  await hands.see("bs.item('Mirror').state", true);
});

test('started without a virtual camera: the remedy is told', async () => {
  if ((await client.get('State')) !== 'stopped') {
    await hands.clickTile();
    await client.until('State', (value) => value === 'stopped');
    await hands.see('bs.look().checked', false);
  }
  await bed.until('bs.notices().length === 0');
  await hands.clickTile();
  await bed.until('bs.notices().length > 0');
  const [[, text]] = (await bed.eval('bs.notices()')) as [[string, string]];
  assert.match(text, /v4l2loopback|modprobe/);
});

test('the service is killed, and comes back', async () => {
  await service.stop('SIGKILL');
  await hands.see('bs.look().subtitle', 'Not running');
  await hands.see('bs.look().menu', false);
  service = await RealService.start(bed, USER);
  await bed.until('bs.look().menu');
  await sleep(100);
});
