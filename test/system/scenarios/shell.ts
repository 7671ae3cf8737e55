/** The extension in a GNOME Shell, the installed service, logind and polkit, and an application that streams. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Hands } from '../../shell/hands.js';
import { complaints } from '../../shell/shell-session.js';
import { showClip } from '../camera.js';
import { USER } from '../client.js';
import { figure } from '../figures.js';
import { attempt, eventually, guest, guestTime, sleep } from '../guest.js';
import { GuestShell } from '../guest-shell.js';
import { between, countShown, type FrameRecord, shown } from '../records.js';
import { call, property, servicePid, waitForState } from '../service.js';
import { assertNoRoom, BACKGROUND, isComposed, watch } from './setting.js';

const OPEN = 'Backscrub: the camera is open';
const RULE = '/etc/polkit-1/rules.d/10-shell-test.rules';
/** Frames on their way when the service says that it has stopped. */
const SETTLING_US = 5e5;

/** The service makes each when it is asked for first, which takes this guest a second. */
const THUMBNAILS_MS = 60_000;

const isCard = (frame: FrameRecord): boolean => shown(frame) === 'placeholder';

describe('the GNOME Shell extension', () => {
  let shell: GuestShell;
  let hands: Hands;
  /** The log before the extension was there: what the shell says for itself. */
  let quiet = 0;

  const subtitle = (text: string): Promise<void> => hands.see('bs.look().subtitle', text);
  const checked = (is: boolean): Promise<void> => hands.see('bs.look().checked', is);
  const cameraSign = async (is: boolean): Promise<void> => {
    if (is) await hands.see('bs.indicator()?.accessible_name', OPEN);
    else await shell.until('bs.indicator() === undefined');
    assert.equal(await property<boolean>('CameraInUse'), is);
  };
  const becomes = (name: string, value: string): Promise<string> =>
    eventually(
      () => property(name),
      (now) => now === value,
      name,
    );

  after(async () => {
    if (shell === undefined) return;
    await shell.stop();
    await attempt(`rm -f ${RULE}`);
    await call('SetBackground', 's', BACKGROUND);
    await call('SetMode', 's', 'replace');
    await call('Start');
  });

  // Not in a hook: that would start it for whoever wants other scenarios only.
  test('it starts in the active session; nobody watches: the tile is on, no sign of the camera', async () => {
    await showClip({ format: 'YUYV', width: 1280, height: 720 });
    await call('Start');
    const from = Date.now();
    shell = await GuestShell.start();
    figure('GNOME Shell', `up after ${((Date.now() - from) / 1000).toFixed(1)} s`);
    hands = await Hands.on(shell);
    quiet = (await shell.readLog()).length;
    await shell.enable();
    await shell.until('bs.tile()?.visible === true');
    assert.match(await guest('loginctl list-sessions --no-legend'), new RegExp(`${USER} +seat0`));
    await waitForState('idle');
    // Not before: the look that this user had last is the active one now.
    await call('SetBackground', 's', BACKGROUND);
    await call('SetMode', 's', 'replace');
    await hands.see('bs.look().reactive', true);
    await checked(true);
    await cameraSign(false);
  });

  test('the gallery of the service, a picture of each', async () => {
    const from = Date.now();
    await hands.openMenu();
    // The chosen one is a file that is not in the gallery: it has its name only.
    const others = 'bs.cells().filter((cell) => !cell.checked)';
    await shell.until(
      `${others}.length >= 13 && ${others}.every((cell) => cell.child.content !== null)`,
      THUMBNAILS_MS,
    );
    const count = await shell.eval(`${others}.length`);
    figure('gallery in the menu', `${count} pictures after ${((Date.now() - from) / 1000).toFixed(1)} s`);
    await hands.see('bs.selected().length', 1);
    await hands.close();
  });

  test('a click stops, a click starts, under an application that streams', async () => {
    const consumer = await watch('shell-click');
    await waitForState('running');
    await cameraSign(true);
    await sleep(2000);
    const before = await guestTime();
    await hands.clickTile();
    await waitForState('stopped');
    const stopped = await guestTime();
    await checked(false);
    await cameraSign(false);
    await sleep(2000);
    const started = await guestTime();
    await hands.clickTile();
    await waitForState('running');
    await checked(true);
    await cameraSign(true);
    await sleep(2000);
    const { frames } = await consumer.stop();
    figure('clicks on the tile', countShown(frames));
    assertNoRoom(frames, 'clicks on the tile');
    const off = between(frames, stopped + SETTLING_US, started);
    assert.ok(off.length > 0 && off.every(isCard), `stopped: ${countShown(off)}`);
    assert.ok(between(frames, 0, before).some(isComposed), 'composed before');
    assert.ok(isComposed(frames.at(-1) as FrameRecord), 'composed in the end');
  });

  test('what is chosen in the menu is what the application gets', async () => {
    const consumer = await watch('shell-menu');
    await waitForState('running');
    await hands.openMenu();
    await hands.click("bs.item('Silhouette')");
    await becomes('Mode', 'mask');
    await hands.see('bs.marked()', ['Silhouette']);
    await hands.click("bs.item('Replace')");
    await becomes('Mode', 'replace');
    const [name] = (await shell.eval(
      'bs.cells().filter((cell) => !cell.checked).map((cell) => cell.accessible_name)',
    )) as [string];
    await hands.click(`bs.cell(${JSON.stringify(name)})`);
    await eventually(
      () => property('Background'),
      (now) => now !== BACKGROUND,
      'Background',
    );
    await hands.see('bs.selected()', [name]);
    await subtitle(`Replace – ${name}`);
    await sleep(1000);
    const chosen = await guestTime();
    await sleep(1000);
    await shell.screenshot('quick-settings.png');
    const { frames } = await consumer.stop();
    figure('choices in the menu', `${name}; ${countShown(frames)}`);
    assertNoRoom(frames, 'choices in the menu');
    const last = between(frames, chosen);
    const same = last.filter((frame) => shown(frame) === 'other');
    assert.ok(same.length > 0 && same.length === last.length, `another background: ${countShown(last)}`);
    await hands.close();
    await call('SetBackground', 's', BACKGROUND);
  });

  test('the tile follows what others do, and a screen that was locked meanwhile', async () => {
    await call('SetMode', 's', 'blur');
    await subtitle('Blur');
    await call('Stop');
    await checked(false);
    await call('Start');
    await checked(true);
    await shell.eval(`Main.sessionMode.pushMode('unlock-dialog')`);
    await shell.until('bs.tile() === undefined');
    await call('SetMode', 's', 'mask');
    await shell.eval(`Main.sessionMode.popMode('unlock-dialog')`);
    await shell.until('bs.tile()?.visible === true');
    await subtitle('Silhouette');
    await call('SetMode', 's', 'replace');
  });

  test('a service that is stopped, and started by a click', async () => {
    await guest('systemctl stop backscrub.service');
    await subtitle('Not running');
    await hands.see('bs.look().menu', false);
    await hands.clickTile();
    await eventually(servicePid, (pid) => pid > 0, 'the click starts no service');
    await hands.see('bs.look().menu', true);
    await checked(true);
  });

  test('a service that is killed under an application: tile and sign come back with it', async () => {
    const consumer = await watch('shell-kill');
    await waitForState('running');
    await cameraSign(true);
    await shell.eval(
      `globalThis.bsSeen = []; bs.tile().connect('notify::subtitle', (t) => bsSeen.push(t.subtitle)); undefined`,
    );
    const pid = await servicePid();
    await guest(`kill -KILL ${pid}`);
    await eventually(servicePid, (now) => now > 0 && now !== pid, 'no new service');
    await waitForState('running');
    await checked(true);
    await cameraSign(true);
    const seen = (await shell.eval('bsSeen')) as string[];
    figure('tile of a killed service', seen.join(', '));
    assert.ok(seen.includes('Not running'), `the tile said ${JSON.stringify(seen)}`);
    await sleep(2000);
    const { frames } = await consumer.stop();
    assertNoRoom(frames, 'killed service');
    assert.ok(isComposed(frames.at(-1) as FrameRecord));
  });

  test('a user whom polkit denies it sees why, and cannot click', async () => {
    // polkit's JavaScript is an old one.
    const denied = `subject.user === "${USER}" && action.id.indexOf("org.backscrub.") === 0`;
    const rule = `polkit.addRule(function (action, subject) { if (${denied}) return polkit.Result.NO; });`;
    await guest(`echo '${rule}' > ${RULE}`);
    await subtitle('Not allowed');
    await hands.see('bs.look().reactive', false);
    await hands.see('bs.look().menu', false);
    await waitForState('idle');
    await hands.clickTile();
    await sleep(500);
    assert.equal(await property('State'), 'idle');
    await guest(`rm ${RULE}`);
    await hands.see('bs.look().reactive', true);
    await hands.see('bs.look().menu', true);
    await hands.close();
  });

  test('the shell had nothing to complain about', async () => {
    assert.deepEqual(complaints(await shell.readLog(), quiet), []);
  });
});
