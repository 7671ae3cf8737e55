import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problems } from './lib/extension-review.mjs';

const METADATA = JSON.stringify({
  uuid: 'a@b.org',
  'settings-schema': 'org.gnome.shell.extensions.a',
});

function review(files) {
  const all = { 'metadata.json': METADATA, ...files };
  return problems('', Object.keys(all), (file) => all[file]);
}

test('what GNOME allows passes', () => {
  assert.deepEqual(
    review({
      'extension.js': "import St from 'gi://St';\n",
      'prefs.js': "import Adw from 'gi://Adw';\n",
      'view/tile.js': 'export const a = 1;\n',
      'shell/a.js': "const id = global.stage.connect('x', f);\nglobal.stage.disconnect(id);\n",
      'shell/b.js': "this.button.connect('clicked', f);\n",
    }),
    [],
  );
});

const refused = {
  'GTK in the shell': { 'extension.js': "import Gtk from 'gi://Gtk';" },
  'GTK in what both use': { 'view/a.js': "import Gdk from 'gi://Gdk';" },
  'Clutter in the preferences': { 'prefs/a.js': "import Clutter from 'gi://Clutter';" },
  'the shell in what both use': {
    'bus/a.js': "import * as Main from 'resource:///org/gnome/shell/ui/main.js';",
  },
  'a synchronous call': { 'bus/a.js': 'connection.call_sync(1);' },
  'a chatty log': { 'bus/a.js': "console.log('here');" },
  'a line that nobody reads': { 'bus/a.js': `const a = '${'x'.repeat(500)}';` },
  'a shortcut that stays': { 'shell/a.js': 'Main.wm.addKeybinding(1);' },
  'a signal of the shell that stays connected': { 'shell/a.js': "global.display.connect('x', () => {});" },
  'a signal of the settings that stays connected': { 'prefs/a.js': "this.settings.connect('x', () => {});" },
  'a file of the build': { 'shell/a.ts': '' },
  'compiled schemas': { 'schemas/gschemas.compiled': '' },
};
for (const [what, files] of Object.entries(refused)) {
  test(`refused: ${what}`, () => assert.equal(review(files).length, 1));
}

test('refused: a uuid of gnome.org', () => {
  const metadata = METADATA.replace('a@b.org', 'a@gnome.org');
  assert.equal(review({ 'metadata.json': metadata }).length, 1);
});
