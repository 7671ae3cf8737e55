/**
 * What opening the tile's menu with thirty backgrounds costs the shell's main loop: `npm run bench:menu`. Times are of the
 * processor and of the shell's main thread alone, so that others on the machine do not count. In the same run two menus of
 * the shell's own are opened, which tell what any menu costs here: one without items, and one with the same rows as ours but
 * no gallery. Each round begins with another one, since the first that is opened pays for the new style of quick settings.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Hands } from './hands.js';
import { MockPolkit } from './mock-polkit.js';
import { MockService } from './mock-service.js';
import { ShellBed } from './shell-bed.js';

const ROUNDS = 9;
const LIMIT_MS = 4;
const SETTLE_MS = 1200;

/** Runs in the shell. Every method of ours is timed, and the part of a frame that is no painting. */
const PROBE = `
globalThis.probe = (() => {
  const { GLib } = imports.gi;
  const decoder = new TextDecoder();
  // The kernel books the time of a thread when it gives way.
  const cpu = () => {
    GLib.Thread.yield();
    const [, text] = GLib.file_get_contents('/proc/thread-self/schedstat');
    return Number(decoder.decode(text).split(' ')[0]) / 1e6;
  };
  const probe = { calls: {}, layout: 0, depth: 0, cpu };
  const seen = new Set();
  const time = (owner, name, label) => {
    const method = owner[name];
    owner[name] = function (...args) {
      const from = probe.depth++ === 0 ? cpu() : 0;
      try { return method.apply(this, args); } finally {
        if (--probe.depth === 0) probe.calls[label] = Math.max(probe.calls[label] ?? 0, cpu() - from);
      }
    };
  };
  const own = (object) => {
    const proto = Object.getPrototypeOf(object);
    return proto && proto !== Object.prototype && !(object instanceof imports.gi.GObject.Object) &&
      ![Map, Set, WeakSet, WeakMap, Array, Promise, Function].some((type) => object instanceof type) ? proto : undefined;
  };
  const watch = (object, depth) => {
    if (object === null || typeof object !== 'object' || seen.has(object) || depth > 4) return;
    seen.add(object);
    if (Array.isArray(object)) { object.forEach((item) => watch(item, depth + 1)); return; }
    const proto = own(object);
    if (!proto || /^(Popup|Quick)/.test(proto.constructor.name)) return;
    if (!seen.has(proto)) {
      seen.add(proto);
      for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(proto)))
        if (name !== 'constructor' && typeof value === 'function') time(proto, name, proto.constructor.name + '.' + name);
    }
    Object.values(object).forEach((value) => watch(value, depth + 1));
  };
  const { stateObj } = Main.extensionManager.lookup('backscrub@backscrub.org');
  for (const name of ['enable', 'disable']) time(Object.getPrototypeOf(stateObj), name, name + '()');
  const { parts } = stateObj;
  Object.values(parts).forEach((part) => watch(part, 0));
  let begun = 0;
  global.stage.connect('before-update', () => { begun = cpu(); });
  global.stage.connect('before-paint', () => { probe.layout = Math.max(probe.layout, cpu() - begun); });
  probe.reset = () => { probe.calls = {}; probe.layout = 0; };
  probe.open = (menu) => { probe.layout = 0; const from = cpu(); menu.open(false); return cpu() - from; };
  return probe;
})();
undefined`;

/** The shell's own menus. What they leave out of ours is the gallery, and the bare one leaves out all items. */
const REFERENCE = `(async () => {
  const QuickSettings = await import('resource:///org/gnome/shell/ui/quickSettings.js');
  const PopupMenu = await import('resource:///org/gnome/shell/ui/popupMenu.js');
  const make = (name) => {
    globalThis[name]?.menu.destroy();
    globalThis[name]?.destroy();
    const toggle = new QuickSettings.QuickMenuToggle({ title: name, iconName: 'camera-web-symbolic' });
    toggle.menu.setHeader('camera-web-symbolic', name, 'Blur');
    globalThis[name] = toggle;
    return toggle;
  };
  const toggle = make('reference');
  for (const label of ['Blur', 'Replace', 'Silhouette', 'No Effect']) toggle.menu.addMenuItem(new PopupMenu.PopupMenuItem(label));
  toggle.menu.addMenuItem(new PopupMenu.PopupSeparatorMenuItem());
  for (const label of ['Effects', 'Camera']) {
    const item = new PopupMenu.PopupSubMenuMenuItem(label, false);
    for (let row = 0; row < 7; row++) item.menu.addMenuItem(new PopupMenu.PopupSwitchMenuItem(label + row, false));
    toggle.menu.addMenuItem(item);
  }
  toggle.menu.addAction('Preferences', () => {});
  const indicator = new QuickSettings.SystemIndicator();
  indicator.quickSettingsItems.push(make('bare'), toggle);
  Main.panel.statusArea.quickSettings.addExternalIndicator(indicator);
})()`;

interface Opening {
  readonly call: number;
  readonly layout: number;
}

async function opening(bed: ShellBed, menu: string): Promise<Opening> {
  const call = (await bed.eval(`probe.open(${menu})`)) as number;
  await sleep(SETTLE_MS);
  const layout = (await bed.eval('probe.layout')) as number;
  await bed.eval(`${menu}.close(false)`);
  await sleep(300);
  return { call, layout };
}

const MENUS = [
  ["the shell's, bare", 'bare.menu'],
  ["the shell's, with items", 'reference.menu'],
  ['ours', 'bs.menu()'],
] as const;

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const suite = process.env['SHELL_SUITE'];
const bed = await ShellBed.start(suite === undefined ? {} : { suite });
const times = ['first time, before others', 'first time, after another', 'second time', 'third time'];
const keys = times.flatMap((time) => MENUS.map(([name]) => `${name}: ${time}`));
const results: Record<string, Opening[]> = Object.fromEntries(keys.map((key) => [key, []]));
const longest = new Map<string, number>();
try {
  const hands = await Hands.on(bed);
  await MockPolkit.start(await bed.connect());
  const service = new MockService(await bed.connect());
  await bed.install(true);
  await service.appear({ backgrounds: 30, values: { Mode: 'replace', Background: 'scene-28' } });
  await bed.enable();
  await bed.until('bs.tile()?.visible === true');
  await bed.eval(PROBE);
  for (let round = 0; round < ROUNDS; round++) {
    await hands.close();
    await bed.disable();
    await bed.eval('probe.reset()');
    await bed.enable();
    await bed.until('bs.tile()?.visible === true');
    await bed.eval(REFERENCE);
    await sleep(SETTLE_MS);
    await bed.until('bs.cells().length === 30');
    await hands.open();
    await sleep(SETTLE_MS);
    const turn = round % MENUS.length;
    const order = [...MENUS.slice(turn), ...MENUS.slice(0, turn)];
    for (const time of ['first', 'second', 'third'])
      for (const [place, [name, menu]] of order.entries()) {
        const key = `${name}: ${time} time${time !== 'first' ? '' : place === 0 ? ', before others' : ', after another'}`;
        results[key]?.push(await opening(bed, menu));
      }
    const calls = (await bed.eval('probe.calls')) as Record<string, number>;
    for (const [name, time] of Object.entries(calls))
      longest.set(name, Math.max(longest.get(name) ?? 0, time));
  }
  const version = await bed.eval(
    "(async () => (await import('resource:///org/gnome/shell/misc/config.js')).PACKAGE_VERSION)()",
  );
  const out = [
    `GNOME Shell ${version}, ${ROUNDS} rounds, milliseconds of the main thread's processor time`,
    '',
  ];
  out.push(`${' '.repeat(50)} opening call   layout of the longest frame (medians)`);
  for (const [name, openings] of Object.entries(results)) {
    const [call, layout] = [openings.map((one) => one.call), openings.map((one) => one.layout)];
    out.push(
      `${name.padEnd(50)} ${median(call).toFixed(1).padStart(12)} ${median(layout).toFixed(1).padStart(9)}`,
    );
  }
  out.push('', 'longest calls of the extension, from enable() on, of all rounds:');
  const rows = [...longest].sort(([, one], [, other]) => other - one);
  for (const [name, time] of rows.slice(0, 8)) out.push(`${time.toFixed(1).padStart(6)}  ${name}`);
  const above = rows.filter(([, time]) => time > LIMIT_MS);
  out.push('', `${above.length} of ${rows.length} called methods above ${LIMIT_MS} ms`);
  process.stdout.write(`${out.join('\n')}\n`);
} finally {
  await bed.stop();
}
process.exit();
