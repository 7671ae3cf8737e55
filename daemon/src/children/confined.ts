/**
 * The one door to children that decode, draw or try what others gave, and to the engine. Each becomes its program through
 * backscrub-confine (native/src/confine), which leaves it the libraries and what is named here: by Landlock where the kernel
 * has it, and without new sockets, other processes' memory and core files in any case. What a child starts has no more.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a child may have beside the libraries. A path that is not there is passed over; a folder stands for all below it. */
export interface Confinement {
  readonly read?: readonly string[];
  /** Folders whose names it may list, with those of the folders in them. */
  readonly list?: readonly string[];
  /** Read, write, make and remove files. */
  readonly write?: readonly string[];
  /** Nodes of devices, with their ioctls. */
  readonly device?: readonly string[];
  /** Programs and what they load, beside the usual. */
  readonly code?: readonly string[];
  /** The child's own numbers of open files, which it may open once more by /proc/self/fd. */
  readonly readFds?: readonly number[];
  readonly writeFds?: readonly number[];
  /**
   * A file that somebody else named, which it gets open as number 3, and may open once more. The first line on standard output
   * says what it is (native/src/confine/named_file.h); where there is none to be had, nothing else follows.
   */
  readonly input?: string;
  /** Bytes that can be written to; not the address space that V8 reserves and never touches. */
  readonly data?: number;
  /** Bytes of address space. */
  readonly addressSpace?: number;
  /** Bytes of one file that it writes. */
  readonly fileSize?: number;
  /** Seconds of processor time; SIGXCPU ends it then. */
  readonly cpuSeconds?: number;
}

// By the package's name: this code may be part of the engine's bundle.
const launcher = createRequire(import.meta.url).resolve('@backscrub/native/confine');
/** The same for the bundle, which lies as deep. */
const tree = fileURLToPath(new URL('../../../', import.meta.url));

/** Programs, libraries, fonts, and the little that they ask about the machine. */
const CODE = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/nix/store'],
  process.execPath,
  ...['daemon', 'native', 'node_modules'].map((folder) => join(tree, folder)),
];
const READ = [
  ...['/etc/ld.so.cache', '/etc/ssl/openssl.cnf', '/etc/fonts', '/var/cache/fontconfig', '/etc/localtime'],
  // Features of processors, which onnxruntime asks for.
  ...['/proc/cpuinfo', '/proc/meminfo', '/sys/devices/system/cpu'],
  ...['/dev/urandom', '/dev/random', '/dev/zero'],
];
const DEVICES = ['/dev/null'];

/** A program on the path, or the one that this path names. */
function find(program: string): string | undefined {
  if (program.includes('/')) return program;
  const folders = (process.env['PATH'] ?? '/usr/bin:/bin').split(':');
  return folders
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Whether a program is on the path. */
export function isInstalled(program: string): boolean {
  return find(program) !== undefined;
}

function options(confinement: Confinement): string[] {
  const words = ['--parent', String(process.pid)];
  const each = (name: string, values: readonly (string | number)[] = []) => {
    for (const value of values) words.push(name, String(value));
  };
  const one = (name: string, value: number | undefined) => each(name, value === undefined ? [] : [value]);
  one('--data', confinement.data);
  one('--address-space', confinement.addressSpace);
  one('--file-size', confinement.fileSize);
  one('--cpu-seconds', confinement.cpuSeconds);
  each('--code', [...CODE, ...(confinement.code ?? [])]);
  each('--read', [...READ, ...(confinement.read ?? [])]);
  each('--device', [...DEVICES, ...(confinement.device ?? [])]);
  each('--list', confinement.list);
  each('--write', confinement.write);
  each('--read-fd', confinement.readFds);
  each('--write-fd', confinement.writeFds);
  each('--input', confinement.input === undefined ? [] : [confinement.input]);
  words.push('--');
  return words;
}

/** Only looks at a file that somebody else named, and says what it is as for `input`. No program is started. */
export function spawnLook(path: string, spawning: SpawnOptions): ChildProcess {
  return spawn(launcher, ['--parent', String(process.pid), '--input', path], spawning);
}

/** As spawn of node:child_process; a program that is not installed is told by `error`. It dies with this process. */
export function spawnConfined(
  program: string,
  args: readonly string[],
  confinement: Confinement,
  spawning: SpawnOptions,
): ChildProcess {
  const found = find(program);
  // Only the direct way has an error for it.
  if (found === undefined) return spawn(program, args, spawning);
  // One that lies elsewhere than the system's has its libraries beside it.
  const code = [...(confinement.code ?? []), found, join(dirname(dirname(found)), 'lib')];
  return spawn(launcher, [...options({ ...confinement, code }), found, ...args], spawning);
}

/** A module of ours in a Node of its own. @param flags options of Node */
export function spawnModule(
  module: string,
  args: readonly string[],
  confinement: Confinement,
  { flags = [], ...spawning }: SpawnOptions & { readonly flags?: readonly string[] },
): ChildProcess {
  return spawnConfined(
    process.execPath,
    [...flags, module, ...args],
    withModule(confinement, module),
    spawning,
  );
}

/** Modules of tests lie elsewhere. */
function withModule(confinement: Confinement, module: string): Confinement {
  return { ...confinement, code: [...(confinement.code ?? []), module] };
}
