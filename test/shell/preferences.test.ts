/** The window of the preferences, driven from inside its process: what a person does with files and backgrounds. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../support/private-bus.js';
import { MockPolkit } from './mock-polkit.js';
import { MockService } from './mock-service.js';
import { ShellBed } from './shell-bed.js';
import { UUID } from './shell-session.js';

const NAME = 'org.backscrub.TestPreferences';
const FOLDER = '/run/test/import';

let bed: ShellBed;
let service: MockService;

before(async () => {
  const suite = process.env['SHELL_SUITE'];
  bed = await ShellBed.start(suite === undefined ? {} : { suite });
  await MockPolkit.start(await bed.connect());
  service = new MockService(await bed.connect());
  await bed.install(true);
  await service.appear();
  service.add('Holiday');
  cpSync(join(ROOT, 'test/shell/bed/preferences.js'), join(bed.directory, 'preferences.js'));
  const folder = join(bed.directory, 'import');
  mkdirSync(folder);
  for (const name of ['Beach Walk.jpeg', 'second.png', 'third.webm'])
    writeFileSync(join(folder, name), `content of ${name}`);
  writeFileSync(join(folder, 'huge.mp4'), '');
  truncateSync(join(folder, 'huge.mp4'), 17 * 1024 * 1024);
  await bed.eval(`imports.gi.Gio.Subprocess.new(['env', 'GI_TYPELIB_PATH=/usr/lib/gnome-shell/girepository-1.0', 'LD_LIBRARY_PATH=/usr/lib/gnome-shell', 'gjs', '-m', '/run/test/preferences.js',
    imports.gi.GLib.get_home_dir() + '/.local/share/gnome-shell/extensions/${UUID}'], 0); undefined`);
  await bed.until('global.get_window_actors().length === 1', 30_000);
  await see('hands.window?.get_mapped() === true');
});

after(async () => {
  await bed?.stop();
});

beforeEach(() => {
  service.calls.length = 0;
  service.refusal = undefined;
  service.delay = 0;
});

/** Runs an expression in the process of the preferences. */
async function ask(code: string): Promise<unknown> {
  const reply = await bed.callSession({
    destination: NAME,
    path: '/test',
    interface: NAME,
    member: 'Eval',
    signature: 's',
    body: [code],
  });
  return JSON.parse(reply?.body[0] as string);
}

async function see(expression: string, milliseconds = 10_000): Promise<void> {
  const end = Date.now() + milliseconds;
  let last: unknown;
  while (Date.now() < end) {
    last = await ask(expression).catch((error: unknown) => error);
    if (last === true) return;
    await sleep(50);
  }
  assert.fail(`never true in the preferences: ${expression} (last: ${last})`);
}

function calls(member: string): readonly (readonly unknown[])[] {
  return service.calls.filter((call) => call.member === member).map(({ body }) => body);
}

async function until(what: string, condition: () => boolean, milliseconds = 10_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!condition()) {
    assert.ok(Date.now() < end, `${what}, but ${JSON.stringify(service.calls.map(({ member }) => member))}`);
    await sleep(20);
  }
}

/** As if their time were over. One toast is shown at a time; the next one follows when it goes. */
async function closeToasts(most = 4): Promise<void> {
  const close = `hands.of(hands.Gtk.Button, (one) => one.icon_name === 'window-close-symbolic' && inToast(one))`;
  const inToast = `const inToast = (one) => {
    for (let up = one; up; up = up.get_parent()) if (up.get_css_name() === 'toast') return true; return false; };`;
  for (let count = 0; count < most; count++) {
    await ask(`(() => { ${inToast} ${close}.forEach((one) => one.emit('clicked')); })()`);
    await sleep(400);
  }
}

test('files that are dropped are imported, one after the other, under their names, with progress', async () => {
  service.delay = 300;
  assert.equal(await ask(`hands.drop('${FOLDER}/Beach Walk.jpeg', '${FOLDER}/second.png')`), true);
  await see('hands.spinning() && hands.says("1 / 2")');
  await see('hands.spinning() && hands.says("2 / 2")');
  await until('both are imported', () => calls('ImportBackground').length === 2);
  const [first, second] = calls('ImportBackground') as [unknown[], unknown[]];
  assert.equal(first[0], 'Beach Walk');
  assert.equal(Buffer.from(first[1] as Uint8Array).toString(), 'content of Beach Walk.jpeg');
  assert.equal(second[0], 'second');
  await see('!hands.spinning() && !hands.says("2 / 2")');
  await see('hands.says("Beach Walk") && hands.says("second")');
});

test('files that are chosen in the dialog are imported, and a dialog that is closed imports nothing', async () => {
  // The dialog itself is GTK's.
  await ask(`(() => { const { prototype } = hands.Gtk.FileDialog;
    prototype.open_multiple = function (_parent, _cancellable, done) { done(this, {}); };
    prototype.open_multiple_finish = () => { throw new Error('Dismissed'); }; })()`);
  await ask('hands.click("Add…")');
  await sleep(300);
  assert.deepEqual(calls('ImportBackground'), []);
  await ask(`(() => { hands.Gtk.FileDialog.prototype.open_multiple_finish = () => {
    const files = hands.Gio.ListStore.new(hands.Gio.File.$gtype);
    files.append(hands.Gio.File.new_for_path('${FOLDER}/third.webm')); return files; }; })()`);
  await ask('hands.click("Add…")');
  await until('it is imported', () => calls('ImportBackground').length === 1);
  assert.equal(calls('ImportBackground')[0]?.[0], 'third');
});

test('a file that is too large is not sent, one that is not there is told of', async () => {
  await ask(`hands.drop('${FOLDER}/huge.mp4', '${FOLDER}/absent.png')`);
  await see('hands.says("“huge.mp4” is larger than 16 MiB")');
  await see('!hands.spinning()');
  assert.deepEqual(calls('ImportBackground'), []);
});

test("a refused import is told in the service's own words", async () => {
  await closeToasts();
  service.refusal = {
    member: 'ImportBackground',
    name: 'org.backscrub.Error.BadImage',
    text: 'The picture is damaged: <b>save</b> it anew.',
  };
  await ask(`hands.drop('${FOLDER}/second.png')`);
  await see('hands.says("The picture is damaged: <b>save</b> it anew.")');
  await see('!hands.spinning()');
});

test('what is removed can be had back for a while', async () => {
  await closeToasts();
  await ask('hands.click("Remove “Holiday”")');
  await see('hands.says("“Holiday” removed")');
  await see('hands.button("Remove “Holiday”") === undefined');
  await ask('hands.click("Undo")');
  await see('hands.button("Remove “Holiday”") !== undefined');
  await sleep(300);
  assert.deepEqual(calls('RemoveBackground'), []);
});

test('what is not taken back is removed', async () => {
  await ask('hands.click("Remove “Holiday”")');
  await see('hands.says("“Holiday” removed")');
  await closeToasts();
  await until('it is removed', () => calls('RemoveBackground').length === 1);
  assert.deepEqual(calls('RemoveBackground')[0], ['imported-0']);
  await see('hands.button("Remove “Holiday”") === undefined && !hands.says("Holiday")');
});

test('what the service does not let go stays', async () => {
  service.refusal = {
    member: 'RemoveBackground',
    name: 'org.backscrub.Error.Failed',
    text: 'It is being shown.',
  };
  await ask('hands.click("Remove “third”")');
  await see('hands.says("“third” removed")');
  await closeToasts(1);
  await see('hands.says("It is being shown.")');
  await see('hands.button("Remove “third”") !== undefined');
});

test('closing the window ends the time to undo', async () => {
  await closeToasts();
  await ask('hands.click("Remove “third”")');
  await see('hands.says("“third” removed")');
  await ask('hands.window.close()');
  await until('it is removed', () => calls('RemoveBackground').length === 1);
});

test('the preferences had nothing to complain about', () => {
  const complaints = bed.log
    .split('\n')
    .filter((line) => /gjs.*(WARNING|CRITICAL)|JS ERROR|Stack trace/i.test(line))
    // GTK 4.22 of itself: two of its clocks are a microsecond apart while it draws an icon.
    .filter((line) => !line.includes('gtk_svg_advance: time went backward'));
  assert.deepEqual(complaints, []);
});
