/**
 * What a script can check of the review guidelines for GNOME Shell extensions
 * (https://gjs.guide/extensions/review-guidelines/review-guidelines.html).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of which the shell loads modules, and of which the preferences do; what is in neither list both may use. */
const SHELL_ONLY = /^(extension\.js$|shell\/)/;
const PREFS_ONLY = /^(prefs\.js$|prefs\/)/;

const FORBIDDEN = [
  [
    (file) => !PREFS_ONLY.test(file),
    /from 'gi:\/\/(Gtk|Gdk|Adw)\b/,
    'imports GTK into the process of the shell',
  ],
  [
    (file) => !SHELL_ONLY.test(file),
    /from '(gi:\/\/(Clutter|Meta|St|Shell)\b|resource:\/\/\/org\/gnome\/shell\/(ui|misc)\/)/,
    'imports the shell into the process of the preferences',
  ],
  [() => true, /\b(imports\.|require\()/, 'uses an import of the old kind'],
  [
    () => true,
    /\.(call_sync|new_sync|new_for_bus_sync|load_contents|replace_contents|communicate_utf8|spawn_command_line_sync|query_info|enumerate_children|make_directory)\(/,
    'makes a synchronous call',
  ],
  [() => true, /\b(eval|Function)\(/, 'makes code from text'],
  [() => true, /\bconsole\.log\(|[^.\w]log\(/, 'writes to the log without need'],
  [() => true, /\brun_dispose\b/, 'calls run_dispose'],
];

const BELONGS = [
  /^(extension|prefs)\.js$/,
  /^(bus|shell|view|prefs|generated)\/[\w/-]+\.js$/,
  /^metadata\.json$/,
  /^stylesheet\.css$/,
  /^LICENSE$/,
  /^schemas\/org\.gnome\.shell\.extensions\.[\w.]+\.gschema\.xml$/,
  /^locale\/\w+\/LC_MESSAGES\/\w+\.mo$/,
];

/** Longer lines than any formatter makes are a sign of minified code. */
const LONGEST_LINE = 400;

/** Calls that must be taken back, as often as they are made. */
const PAIRS = [
  ['addKeybinding(', 'removeKeybinding('],
  ['signal_subscribe(', 'signal_unsubscribe('],
  ['timeout_add(', 'source_remove('],
  ['idle_add(', 'source_remove('],
];

/** Signals of what lives longer than the extension. Those of actors that it made itself go with them. */
const FOREIGN_SIGNAL =
  /\b(global(\.\w+)*|Main(\.\w+)*|settings|proxy|permission|theme\w*|\w+\.get_(default|for_stage)\([^)]*\))\.connect(_after)?\(/;

function count(text, part) {
  return text.split(part).length - 1;
}

/**
 * @param read (file) => text of one file of the list, by default from `folder`
 * @returns one sentence per broken rule
 */
export function problems(folder, files, read = (file) => readFileSync(join(folder, file), 'utf8')) {
  const found = files
    .filter((file) => !BELONGS.some((pattern) => pattern.test(file)))
    .map((file) => `${file} does not belong into the zip`);
  for (const file of files.filter((name) => name.endsWith('.js'))) {
    const text = read(file);
    for (const [about, pattern, what] of FORBIDDEN) {
      if (about(file) && pattern.test(text)) found.push(`${file} ${what}: ${pattern.exec(text)[0]}`);
    }
    if (text.split('\n').some((line) => line.length > LONGEST_LINE)) found.push(`${file} is not readable`);
    for (const [made, undone] of PAIRS) {
      if (count(text, made) > 0 && count(text, undone) === 0) found.push(`${file} never calls ${undone})`);
    }
    const signal = FOREIGN_SIGNAL.exec(text)?.[0];
    if (signal !== undefined && !/\.disconnect\(/.test(text))
      found.push(`${file} connects to what stays (${signal}) and never disconnects`);
  }
  const metadata = JSON.parse(read('metadata.json'));
  if (!/^[\w.-]+@[\w.-]+$/.test(metadata.uuid) || metadata.uuid.endsWith('gnome.org'))
    found.push(`the uuid ${metadata.uuid} is not allowed`);
  if (!metadata['settings-schema'].startsWith('org.gnome.shell.extensions.'))
    found.push('the schema is not under org.gnome.shell.extensions');
  return found;
}
