/** The extension, backscrubd and polkit's own daemon: who may, who may not, and what the tile makes of it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { BusClient } from '../support/bus-client.js';
import { Hands } from './hands.js';
import { asUser } from './other-user.js';
import { RealPolkit } from './real-polkit.js';
import { RealService } from './real-service.js';
import { SERVICE_UID, ShellBed } from './shell-bed.js';

let bed: ShellBed;
let hands: Hands;
let polkit: RealPolkit;
let service: RealService;
let client: BusClient;

before(async () => {
  const suite = process.env['SHELL_SUITE'];
  bed = await ShellBed.start({ visibleProcesses: true, ...(suite === undefined ? {} : { suite }) });
  hands = await Hands.on(bed);
  polkit = await RealPolkit.start(bed);
  polkit.rule('YES');
  await bed.install(true);
  service = await RealService.start(bed, SERVICE_UID);
  client = await BusClient.open(bed.systemAddress);
  await bed.enable();
  await bed.until('bs.tile()?.visible === true');
});

after(async () => {
  client?.close();
  await service?.stop();
  await polkit?.stop();
  await bed?.stop();
});

/** As the person in front of the shell would in a terminal. */
function ctl(...words: readonly string[]): { readonly status: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    asUser(bed, 1000, 'backscrubctl.js', '--bus', bed.systemAddress, ...words),
    { encoding: 'utf8', env: { PATH: process.env['PATH'] } },
  );
  return { status, text: `${stdout}${stderr}` };
}

test('who may: the tile is there to be clicked, and the service does what is asked', async () => {
  await hands.see('bs.look().reactive', true);
  await hands.openMenu();
  await hands.click(`bs.item('Silhouette')`);
  await client.until('Mode', (value) => value === 'mask');
  await hands.see('bs.marked()', ['Silhouette']);
});

test('a picture of each background, though the service asks polkit about each call', async () => {
  assert.equal(ctl('mode', 'replace').status, 0);
  await hands.openMenu();
  await bed.until('bs.cells().length >= 13');
  await bed.until('bs.cells().every((cell) => cell.child.content !== null)', 30_000);
  assert.equal(ctl('mode', 'mask').status, 0);
});

test('who may not: the tile says so and takes no click, and the service refuses, too', async () => {
  polkit.rule('NO');
  await hands.see('bs.look().subtitle', 'Not allowed');
  await hands.see('bs.look().reactive', false);
  await hands.see('bs.look().menu', false);
  const state = await client.get('State');
  await hands.clickTile();
  const { status, text } = ctl('mode', 'blur');
  assert.notEqual(status, 0, text);
  assert.match(text, /polkit does not let you/);
  assert.equal(await client.get('Mode'), 'mask');
  assert.equal(await client.get('State'), state);
});

test('who may after a password: the tile is there to be clicked', async () => {
  polkit.rule('AUTH_ADMIN_KEEP');
  await hands.see('bs.look().reactive', true);
});

test('allowed again: everything works again', async () => {
  polkit.rule('YES');
  await hands.see('bs.look().reactive', true);
  assert.equal(ctl('mode', 'blur').status, 0);
  await client.until('Mode', (value) => value === 'blur');
  await hands.openMenu();
  await hands.see('bs.marked()', ['Blur']);
});
