/** The dependency rule between the rooms of the tree (docs/architecture.md), checked on what the sources import. */
import { readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import ts from 'typescript';
import { filesUnder, root } from './project.mjs';

/** Where dbus-next may be known: the connections, and the conversion to the values that it marshals. */
const busAdapters = [
  'daemon/src/service/bus/connection.ts',
  'daemon/src/service/bus/wire.ts',
  'daemon/src/ctl/client.ts',
];

/**
 * Who may start processes: the door to confined ones, the lock of logind's (a program of systemd's that talks to the bus), and the
 * doctor, which asks the system's own programs.
 */
const starters = [
  'daemon/src/children/confined.ts',
  'daemon/src/service/system/sleep-lock.ts',
  'daemon/src/ctl/doctor/system.ts',
];

const isTest = (file) => file.endsWith('.test.ts') || file.includes('/testing/');

/**
 * Each rule: the files it is about, the imports it refuses, and why. `target` is a path relative to the root for a
 * relative import ("daemon/src/engine/main.js"), else the package's name. Type-only imports count: a type is knowledge too.
 */
const rules = [
  {
    about: (file) => file.startsWith('daemon/src/service/'),
    refuses: (target) =>
      /^daemon\/src\/(engine|models)\//.test(target) ||
      /^@backscrub\/daemon\/(engine|models)\//.test(target) ||
      ['sharp', 'onnxruntime-node', 'onnxruntime-common'].includes(target),
    why: 'the service decodes no media and runs no model: only its child, the engine, does',
  },
  {
    about: (file) => file.startsWith('daemon/src/') && !isTest(file) && !busAdapters.includes(file),
    refuses: (target) => target === 'dbus-next',
    why: `dbus-next stays behind ${busAdapters.join(', ')}`,
  },
  {
    about: (file) => file.startsWith('daemon/src/service/session/'),
    refuses: (target) =>
      target === '@backscrub/native' ||
      target.startsWith('daemon/src/service/bus/') ||
      target.startsWith('native/'),
    why: 'the state machine reaches bus and devices only through its own interfaces',
  },
  {
    about: (file) => file.startsWith('daemon/src/shared/'),
    refuses: (target) => /^daemon\/src\/(?!shared\/)/.test(target) || target.startsWith('@backscrub/'),
    why: 'what every room shares knows none of them',
  },
  {
    about: (file) => file.startsWith('daemon/src/children/'),
    refuses: (target) => /^daemon\/src\/(?!children\/|shared\/)/.test(target),
    why: 'whoever starts children imports it, the service and the engine alike',
  },
  {
    about: (file) => /^(daemon\/src|native\/lib)\//.test(file) && !isTest(file) && !starters.includes(file),
    refuses: (target, kind) =>
      ['child_process', 'node:child_process', 'cluster', 'node:cluster'].includes(target) && kind !== 'type',
    why: 'children are confined: they are started through daemon/src/children/confined.ts',
  },
  {
    about: (file) => file.startsWith('native/lib/'),
    refuses: (target) => target.startsWith('daemon/') || target.startsWith('@backscrub/'),
    why: 'the addon does not know who uses it',
  },
  {
    about: (file) => /^daemon\/src\/(engine|models)\//.test(file),
    refuses: (target) => /^(daemon\/src|@backscrub\/daemon)\/(service|ctl)\//.test(target),
    why: 'the engine also runs without a service',
  },
  {
    about: (file) => file.startsWith('gnome-extension/src/'),
    refuses: (target) => /^(daemon|native)\//.test(target) || target.startsWith('@backscrub/'),
    why: 'the extension runs in GNOME Shell and knows the service by its contract only',
  },
  {
    about: (file) => file.startsWith('gnome-extension/src/view/'),
    refuses: (target) =>
      /^(gi|resource):/.test(target) || /^gnome-extension\/src\/(bus|shell|prefs)\//.test(target),
    why: 'what is shown follows from the state of the bus alone, and is tested in Node',
  },
  {
    about: (file) => file.startsWith('gnome-extension/src/bus/'),
    refuses: (target) =>
      /^(gi:\/\/(St|Clutter|Meta|Shell|Gtk|Gdk|Adw)\b|resource:)/.test(target) ||
      /^gnome-extension\/src\/(shell|prefs)\//.test(target),
    why: 'both the shell and the preferences load it',
  },
];

/**
 * @param sources pairs of path (relative to the root) and text
 * @returns one sentence per broken rule
 */
export function brokenRules(sources) {
  const broken = [];
  for (const [file, text] of sources) {
    const types = new Set([...text.matchAll(/^import type [^;]*?from '([^']+)'/gm)].map(([, name]) => name));
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      const target = fileName.startsWith('.') ? normalize(join(dirname(file), fileName)) : fileName;
      for (const { about, refuses, why } of rules) {
        if (about(file) && refuses(target, types.has(fileName) ? 'type' : 'value'))
          broken.push(`${file} imports ${target}: ${why}`);
      }
    }
  }
  return broken;
}

/** @returns the tree's own sources in the form that `brokenRules` takes */
export function roomSources() {
  return ['daemon/src', 'native/lib', 'gnome-extension/src']
    .flatMap((folder) => filesUnder(join(root, folder)))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [relative(root, file), readFileSync(file, 'utf8')]);
}
