import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { filesUnder, root } from './lib/project.mjs';

const folder = join(root, 'gnome-extension');

/** The texts that the sources ask a translation for. */
function texts() {
  const found = new Set();
  for (const file of filesUnder(join(folder, 'src'))) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    for (const [, text] of readFileSync(file, 'utf8').matchAll(
      /(?<![\w.])(?:_|(?:this\.)?translate)\(\s*'([^']*)',?\s*\)/g,
    ))
      found.add(text);
  }
  return found;
}

/** msgid -> msgstr; obsolete and fuzzy entries are none. */
function entries(name) {
  const found = new Map();
  const text = readFileSync(join(folder, 'po', name), 'utf8').replace(/"\n"/g, '');
  for (const block of text.split('\n\n')) {
    if (/^#, .*fuzzy/m.test(block)) continue;
    const entry = /^msgid "(.*)"\nmsgstr "(.*)"$/m.exec(block);
    if (entry !== null && entry[1] !== '') found.set(entry[1], entry[2]);
  }
  return found;
}

test('the template has every text of the sources, and no other', () => {
  assert.ok(texts().size > 60, `only ${texts().size} texts found`);
  assert.deepEqual([...entries('backscrub.pot').keys()].sort(), [...texts()].sort());
});

const languages = readdirSync(join(folder, 'po')).filter((name) => name.endsWith('.po'));

test('German, Spanish and French are there', () => {
  assert.deepEqual(languages.sort(), ['de.po', 'es.po', 'fr.po']);
});

for (const name of languages) {
  test(`${name} is complete, and keeps what is filled in`, () => {
    const translated = entries(name);
    assert.deepEqual(
      [...texts()].filter((text) => !translated.get(text)),
      [],
    );
    for (const [text, translation] of translated)
      assert.equal(translation.includes('%s'), text.includes('%s'), text);
  });
}
