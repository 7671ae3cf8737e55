/** The extension in a real, headless GNOME Shell, against a service that remembers what it is asked. */
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Message } from 'dbus-next';
import { Hands, KEYS } from './hands.js';
import { MockPolkit } from './mock-polkit.js';
import { MockService } from './mock-service.js';
import { ShellBed } from './shell-bed.js';
import { complaints } from './shell-session.js';

let bed: ShellBed;
let hands: Hands;
let service: MockService;
let polkit: MockPolkit;
/** The log before the extension was there: what the shell says for itself. */
let quiet = 0;

before(async () => {
  const suite = process.env['SHELL_SUITE'];
  bed = await ShellBed.start(suite === undefined ? {} : { suite });
  hands = await Hands.on(bed);
  polkit = await MockPolkit.start(await bed.connect());
  service = new MockService(await bed.connect());
  quiet = bed.log.length;
});

after(async () => {
  await bed?.stop();
});

beforeEach(async () => {
  await bed.eval('Main.messageTray.getSources().forEach((source) => source.destroy())');
});

/** Waits for the next call that changes something. */
async function called(member: string, ...body: unknown[]): Promise<void> {
  const wanted = JSON.stringify({ member, body });
  const end = Date.now() + 10_000;
  while (Date.now() < end) {
    if (service.calls.some((call) => JSON.stringify(call) === wanted)) return;
    await sleep(20);
  }
  assert.fail(`${wanted} was not called, but ${JSON.stringify(service.calls)}`);
}

test('not installed: no tile', async () => {
  await bed.enable();
  await hands.open();
  await hands.see('bs.tile().visible', false);
});

test('installed, not running: the tile says so, and a click lets the bus start it', async () => {
  await bed.install(true);
  await hands.see('bs.look().subtitle', 'Not running');
  await hands.see('bs.look().checked', false);
  await hands.see('bs.look().menu', false);
  await hands.clickTile();
  await hands.see('bs.notices().length', 1);
  assert.ok(existsSync(join(bed.directory, 'activated')), 'the bus did not start the service');
});

test('the service appears: the tile follows its state', async () => {
  await service.appear();
  await hands.see('bs.look()', {
    visible: true,
    reactive: true,
    checked: true,
    subtitle: 'Blur',
    icon: 'camera-web-symbolic',
    menu: true,
  });
});

test('a click stops, another one starts', async () => {
  await hands.clickTile();
  await called('Stop');
  await hands.see('bs.look().checked', false);
  await hands.see('bs.look().subtitle', null);
  await hands.clickTile();
  await called('Start');
  await hands.see('bs.look().checked', true);
});

test('each mode is chosen by its item, and the mark follows what the service says', async () => {
  await hands.openMenu();
  await hands.see('bs.marked()', ['Blur']);
  const radio = 'bs.item("Blur").accessible_role === imports.gi.Atk.Role.RADIO_MENU_ITEM';
  assert.equal(await bed.eval(radio), true);
  for (const [label, mode, subtitle] of [
    ['Replace', 'replace', 'Replace – Bookshelf'],
    ['Silhouette', 'mask', 'Silhouette'],
    ['No Effect, Room Visible', 'passthrough', 'Room visible for now'],
    ['Blur', 'blur', 'Blur'],
  ]) {
    await hands.click(`bs.item('${label}')`);
    await called('SetMode', mode);
    await hands.see('bs.marked()', [label]);
    await hands.see('bs.look().subtitle', subtitle);
  }
  assert.equal(await bed.eval('bs.menu().isOpen'), true, 'the menu stays open');
});

test('the blur slider is there with blur only, and moves the strength', async () => {
  await hands.openMenu();
  await hands.see('bs.slider().mapped', true);
  await hands.click('bs.slider()', 0.8);
  const end = Date.now() + 5000;
  const strength = () => service.get('BlurStrength') as number;
  while (Math.abs(strength() - 80) > 3 && Date.now() < end) await sleep(20);
  assert.ok(Math.abs(strength() - 80) <= 3, `BlurStrength is ${strength()}`);
  service.set({ BlurStrength: 25 });
  await hands.see('Math.round(bs.slider().value * 100)', 25);
  const before = service.calls.length;
  await hands.key(KEYS.right);
  while (service.calls.length === before && Date.now() < end) await sleep(20);
  assert.ok(strength() > 25, `an arrow key makes it stronger: ${strength()}`);
  service.set({ Mode: 'mask' });
  await hands.see('bs.slider().mapped', false);
});

test('the gallery: thumbnails, the chosen one marked, chosen by mouse', async () => {
  await hands.openMenu();
  service.set({ Mode: 'replace' });
  await hands.see('bs.selected()', ['Bookshelf']);
  await hands.see('bs.cells().length', 9);
  await hands.see('bs.cell("Mountains, animated") !== undefined', true);
  await hands.see('bs.cells().every((cell) => cell.child.content !== null)', true);
  await hands.click('bs.cell("Office")');
  await called('SetBackground', 'scene-02');
  await hands.see('bs.selected()', ['Office']);
  await hands.see('bs.look().subtitle', 'Replace – Office');
});

test('the gallery by keyboard, with what a screen reader needs', async () => {
  await hands.openMenu();
  assert.equal(await bed.eval('bs.cells()[0].accessible_role === imports.gi.Atk.Role.RADIO_BUTTON'), true);
  await bed.eval('bs.cell("Bookshelf").grab_key_focus()');
  await hands.key(KEYS.right);
  await hands.see('global.stage.key_focus.accessible_name', 'Beach');
  await hands.key(KEYS.down);
  await hands.see('global.stage.key_focus.accessible_name', 'Loft');
  await hands.key(KEYS.space);
  await called('SetBackground', 'scene-05');
  await hands.see('bs.selected()', ['Loft']);
});

test('a colour chosen elsewhere is shown, and marked', async () => {
  service.set({ Background: 'color:#204a87' });
  await hands.openMenu();
  await hands.see('bs.selected()', ['Color']);
  await hands.see('bs.look().subtitle', 'Replace – Color');
});

test('effects are switches, in the order of the service', async () => {
  await hands.openMenu();
  await hands.click('bs.item("Effects")');
  await bed.until('bs.item("Hologram").mapped');
  await hands.click('bs.item("Hologram")');
  await called('SetEffects', ['hologram']);
  await hands.see('bs.item("Hologram").state', true);
  await hands.click('bs.item("Mirror")');
  await called('SetEffects', ['mirror', 'hologram']);
  service.set({ Effects: [] });
  await hands.see('bs.item("Hologram").state', false);
  await hands.see('bs.menu().isOpen', true);
});

test('a switch that was refused goes back, and the reason is told', async () => {
  service.refusal = { name: 'org.backscrub.Error.Failed', text: 'The engine did not take it.' };
  await hands.openMenu();
  await hands.click('bs.item("Vignette")');
  await hands.see('bs.notices()', [['Backscrub: That did not work', 'The engine did not take it.']]);
  await hands.see('bs.item("Vignette").state', false);
  service.refusal = undefined;
});

test('cameras, when there are several', async () => {
  await hands.openMenu();
  await hands.click('bs.item("Camera")');
  await bed.until('bs.item("Desk Camera").mapped');
  await hands.click('bs.item("Desk Camera")');
  await called('SetCamera', 'usb-2');
  await hands.see('bs.marked().includes("Desk Camera")', true);
});

test('the indicator shows while the camera is open', async () => {
  await hands.close();
  await hands.see('bs.indicator() === undefined', true);
  service.set({ CameraInUse: true, State: 'running' });
  await hands.see('bs.indicator()?.accessible_name', 'Backscrub: the camera is open');
  service.set({ CameraInUse: false, State: 'idle' });
  await hands.see('bs.indicator() === undefined', true);
});

test('a failure: tile, indicator, the words in the menu, one notification', async () => {
  const LastError = ['org.backscrub.Error.NoCamera', 'Plug the camera in again.'];
  service.set({ State: 'failed', LastError });
  await hands.see('bs.look().subtitle', 'Camera unplugged');
  await hands.see('bs.look().icon', 'dialog-warning-symbolic');
  await hands.see('bs.indicator()?.accessible_name', 'Backscrub needs attention');
  await hands.see('bs.problem().text', LastError[1]);
  service.set({ State: 'starting' });
  service.set({ State: 'failed', LastError });
  await sleep(300);
  await hands.see('bs.notices()', [['Backscrub: Camera unplugged', LastError[1]]]);
  const sentence =
    'The camera was unplugged. Plug it in again, or choose another one in the list of cameras. '.repeat(3);
  service.set({ State: 'failed', LastError: [LastError[0], sentence] });
  await hands.openMenu();
  await hands.see('bs.problem().text', sentence);
  // Quick settings grow with the menu in them: nothing of it hangs over.
  await bed.until(`(() => { const bottom = (actor) => actor.get_transformed_position()[1] + actor.get_transformed_size()[1];
    return bs.problem().height > 30 && bottom(bs.menu().box) <= bottom(Main.panel.statusArea.quickSettings.menu.box); })()`);
  service.set({ State: 'running', LastError: ['', ''] });
  await hands.see('bs.notices()', []);
  await hands.see('bs.problem().visible', false);
});

test('a user who may not: not to be clicked, with the reason', async () => {
  polkit.answer('no');
  await hands.see('bs.look().subtitle', 'Not allowed');
  await hands.see('bs.look().reactive', false);
  const before = service.calls.length;
  await hands.clickTile();
  assert.equal(service.calls.length, before);
  service.calls.length = 0;
  polkit.answer('password');
  await hands.see('bs.look().reactive', true);
  await hands.clickTile();
  await called('Stop');
  polkit.answer('yes');
});

test('thirty backgrounds scroll, and the chosen one is brought into view', async () => {
  await hands.close();
  await service.vanish();
  await hands.see('bs.look().subtitle', 'Not running');
  await service.appear({ backgrounds: 30, values: { Mode: 'replace', Background: 'scene-28' } });
  await hands.openMenu();
  await hands.see('bs.cells().length', 30);
  const inView = `(() => { const cell = bs.cells().find((c) => c.checked); const view = cell.get_parent().get_parent();
    const [, top] = cell.get_transformed_position(); const [, from] = view.get_transformed_position();
    return top >= from - 1 && top + cell.height <= from + view.height + 1; })()`;
  await hands.see(inView, true);
});

test('a service that leaves is not started again for the pictures that lack', async () => {
  await hands.close();
  await bed.disable();
  const activated = join(bed.directory, 'activated');
  rmSync(activated, { force: true });
  service.delay = 200;
  await bed.enable();
  await bed.until('bs.cells().length === 30');
  await bed.until('bs.cells()[3].child.content !== null');
  await service.vanish();
  await hands.see('bs.look().subtitle', 'Not running');
  await sleep(1000);
  service.delay = 0;
  assert.ok(!existsSync(activated), 'the bus was asked to start the service');
  await service.appear();
});

test('an older service: what it lacks is not shown', async () => {
  await service.vanish();
  await service.appear({ old: true, values: { Mode: 'replace' } });
  await hands.openMenu();
  await hands.see('bs.items()', ['Blur', 'Replace', 'Silhouette', 'No Effect, Room Visible', 'Preferences']);
  await hands.see('bs.cells().some((cell) => cell.mapped)', false);
  await service.vanish();
  await service.appear();
  await hands.see('bs.items().includes("Effects")', true);
  await hands.close();
});

test('the preferences: opened from the menu, a background chosen, a page for each part', async () => {
  await service.vanish();
  await service.appear();
  await hands.openMenu();
  await hands.click('bs.item("Preferences")');
  await bed.until('global.get_window_actors().length === 1', 30_000);
  assert.equal(await bed.eval('Main.panel.statusArea.quickSettings.menu.isOpen'), false);
  // The second tile of the first row, once the window has drawn it.
  for (
    let tries = 0;
    tries < 20 && !service.calls.some(({ member }) => member === 'SetBackground');
    tries++
  ) {
    await hands.clickWindow(0.5, 0.25);
    await sleep(500);
  }
  await called('SetBackground', 'scene-01');
  await called('SetMode', 'replace');
  for (const place of [0.35, 0.5, 0.65, 0.8]) await hands.clickWindow(place, 0.96);
  await sleep(500);
  await bed.eval('global.get_window_actors()[0].meta_window.delete(global.get_current_time())');
  await bed.until('global.get_window_actors().length === 0');
});

test('keyboard shortcuts', async () => {
  const set = (key: string, value: string) =>
    bed.eval(
      `Main.extensionManager.lookup('backscrub@backscrub.org').stateObj.getSettings().set_strv('${key}', ['${value}'])`,
    );
  await set('toggle-shortcut', '<Super>F9');
  await set('privacy-shortcut', '<Super>F10');
  await sleep(300);
  const [superKey, f9, f10] = [0xffeb, 0xffc6, 0xffc7];
  service.calls.length = 0;
  await hands.key(superKey, f10);
  await called('Stop');
  await hands.see('bs.look().checked', false);
  service.calls.length = 0;
  await hands.key(superKey, f10);
  await sleep(300);
  assert.ok(!service.calls.some(({ member }) => member === 'Start'), 'privacy never starts the camera');
  await hands.key(superKey, f9);
  await called('Start');
  await hands.see('bs.look().checked', true);
});

test('calls under way when the extension is disabled come to nothing', async () => {
  service.delay = 400;
  await hands.openMenu();
  await hands.click('bs.item("Replace")');
  await hands.clickTile();
  await bed.disable();
  await sleep(900);
  service.delay = 0;
  assert.equal(await bed.eval('bs.tile() === undefined'), true);
  await bed.enable();
  await hands.close();
});

test('disabled while its menu is open, it has nothing left to do', async () => {
  await hands.openMenu();
  const before = bed.log.length;
  await bed.disable();
  await sleep(500);
  assert.deepEqual(complaints(bed.log, before), []);
  await bed.enable();
  await hands.close();
});

/** Everything of the shell that an extension can leave something in. */
const CENSUS = `(() => { imports.system.gc(); return {
  // Without the notifications, which the shell makes and drops by itself.
  actors: bs.all(Main.panel).length + bs.all(Main.panel.statusArea.quickSettings.menu.actor).length,
  tiles: Main.panel.statusArea.quickSettings.menu._grid.get_children().length,
  sources: Main.messageTray.getSources().length,
}; })()`;

/** Match rules of every connection to the system bus, as the bus counts them. */
async function matchRules(): Promise<number> {
  const bus = await bed.connect();
  const reply = await bus.call(
    new Message({
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus.Debug.Stats',
      member: 'GetAllMatchRules',
    }),
  );
  const rules = Object.values(reply?.body[0] as Record<string, string[]>);
  return rules.flat().length;
}

/** NameOwnerChanged, PropertiesChanged and the object's own signals. */
const RULES_OF_A_PROXY = 3;

test('disabled and enabled a hundred times, nothing is left', async () => {
  await bed.disable();
  await sleep(300);
  for (let wait = 0; wait < 5; wait++) {
    await bed.eval('imports.system.gc()');
    await sleep(200);
  }
  const before = await bed.eval(CENSUS);
  const rulesBefore = await matchRules();
  for (let round = 0; round < 100; round++) {
    await bed.eval(`Main.extensionManager.enableExtension('backscrub@backscrub.org')`);
    // Some rounds end before the bus has answered, some after.
    if (round % 4 === 0) await bed.until('bs.tile()?.visible === true');
    await bed.eval(`Main.extensionManager.disableExtension('backscrub@backscrub.org')`);
  }
  await bed.until(`Main.extensionManager.lookup('backscrub@backscrub.org').state === 2`);
  // Proxies end when the collector finds them; what is still held then would stay for ever.
  for (let wait = 0; wait < 20 && (await matchRules()) > rulesBefore; wait++) {
    await bed.eval('imports.system.gc()');
    await sleep(200);
  }
  assert.deepEqual(await bed.eval(CENSUS), before);
  // The proxy of the last round may still be where the collector, which guesses, takes a number for a reference.
  const left = (await matchRules()) - rulesBefore;
  assert.ok(left <= RULES_OF_A_PROXY, `${left} match rules are left on the bus`);
});

test('a locked screen has no tile, icon, notification or shortcut, and unlocking brings back what holds then', async () => {
  await bed.enable();
  await hands.see('bs.tile()?.visible', true);
  service.set({ State: 'failed', LastError: ['org.backscrub.Error.NoCamera', 'Plug the camera in again.'] });
  await hands.see('bs.notices().length', 1);
  service.set({ State: 'running', CameraInUse: true, LastError: ['', ''] });
  await hands.see('bs.indicator()?.accessible_name', 'Backscrub: the camera is open');
  service.set({ State: 'failed', LastError: ['org.backscrub.Error.NoCamera', 'Plug the camera in again.'] });
  await hands.see('bs.notices().length', 1);
  const before = service.calls.length;
  await bed.eval(`Main.sessionMode.pushMode('unlock-dialog')`);
  await bed.until('bs.tile() === undefined');
  await hands.see('bs.indicator() === undefined', true);
  await hands.see('bs.notices()', []);
  const [superKey, f10] = [0xffeb, 0xffc7];
  await hands.key(superKey, f10);
  service.set({ State: 'running', Mode: 'mask', LastError: ['', ''] });
  await sleep(300);
  assert.equal(service.calls.length, before, 'nothing is asked while the screen is locked');
  assert.equal(await bed.eval('bs.indicator() === undefined'), true);
  await bed.eval(`Main.sessionMode.popMode('unlock-dialog')`);
  await bed.until('bs.tile()?.visible === true');
  await hands.see('bs.look().subtitle', 'Silhouette');
  await hands.see('bs.indicator()?.accessible_name', 'Backscrub: the camera is open');
  service.set({ State: 'idle', Mode: 'blur', CameraInUse: false });
});

/** What the extension wants done in an idle moment is held back until DO_CHORES. */
const HOLD_CHORES = `(() => {
  const { GLib } = imports.gi;
  const { idle_add: idleAdd } = GLib;
  globalThis.held = { idleAdd, chores: [] };
  GLib.idle_add = (priority, chore) => {
    if (!new Error().stack.includes('backscrub@')) return idleAdd.call(GLib, priority, chore);
    held.chores.push(chore);
    return 1 << 30;
  };
})()`;

/** Opens quick settings and does it all before the next frame. */
const DO_CHORES = `(() => {
  imports.gi.GLib.idle_add = held.idleAdd;
  Main.panel.statusArea.quickSettings.menu.open();
  let turns = 0;
  for (const chore of held.chores) do turns++; while (chore());
  return { turns, placed: bs.tile().has_allocation(), style: bs.menu().actor.style };
})()`;

test('chores that come before the layout leave the height of the menu for later', async () => {
  await hands.close();
  // A tile that was laid out once keeps its place.
  await bed.enable();
  await bed.disable();
  await bed.eval(HOLD_CHORES);
  await bed.enable();
  await bed.until('bs.tile()?.visible === true');
  const before = bed.log.length;
  const { turns, ...seen } = (await bed.eval(DO_CHORES)) as Record<string, unknown>;
  assert.ok(Number(turns) > 0);
  assert.deepEqual(seen, { placed: false, style: null });
  // With the layout the height is there, before the menu is opened.
  await bed.until('/^max-height: [0-9]+px;$/.test(bs.menu().actor.style)');
  assert.deepEqual(complaints(bed.log, before), []);
  await hands.close();
});

test('what the notification offers opens the preferences', async () => {
  service.set({ State: 'failed', LastError: ['org.backscrub.Error.NoCamera', 'Plug the camera in again.'] });
  await hands.see('bs.notices().length', 1);
  const ours = `Main.messageTray.getSources().flatMap((s) => s.notifications).find((n) => n.title.startsWith('Backscrub'))`;
  assert.deepEqual(await bed.eval(`${ours}.actions.map(({ label }) => label)`), ['Preferences']);
  await bed.eval(`${ours}.actions[0].activate()`);
  await bed.until('global.get_window_actors().length === 1', 30_000);
  await bed.eval('global.get_window_actors()[0].meta_window.delete(global.get_current_time())');
  await bed.until('global.get_window_actors().length === 0');
  service.set({ State: 'idle', LastError: ['', ''] });
  await hands.see('bs.notices()', []);
});

test('the shell had nothing to complain about', () => {
  assert.deepEqual(complaints(bed.log, quiet), []);
});
