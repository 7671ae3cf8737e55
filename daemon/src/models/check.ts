/** Asks a process of its own, with limits on memory and time, what a model file is worth. */

import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { spawnModule } from '../children/confined.js';
import { modelFiles } from '../children/confinements.js';
import { packResolved } from './packed-model.js';
import type { ResolvedModel } from './registry.js';
import type { ModelReport } from './report.js';

export interface CheckRequest {
  /** Absolute path of the file. */
  readonly path: string;
  readonly manifest?: string;
  /** Milliseconds; 30000 by default. */
  readonly timeout?: number;
  /** Whether the multiplications of an .onnx file are counted, which takes one more run. */
  readonly count?: boolean;
}

/** Data that the process may allocate, in bytes; with the runtime's code it stays below 1 GB. */
const MEMORY = 896 << 20;
const TIMEOUT = 30_000;
const MAX_ANSWER = 1 << 20;

// By the package's name: this code may be part of the engine's bundle.
const program = createRequire(import.meta.url).resolve('@backscrub/daemon/models/check-main.js');

/**
 * Never rejects because of the file: a crash, too much memory or too much time are problems in the report.
 */
export async function checkFile(request: CheckRequest): Promise<ModelReport> {
  const { path, manifest = '', timeout = TIMEOUT, count = false } = request;
  const read = [...modelFiles(path), manifest];
  return await tryOut(path, [path, manifest, count ? 'count' : ''], read, timeout);
}

/**
 * As checkFile, for a model that has been read already: the process is handed these bytes and this manifest and reads no file, so that
 * what was tried is what runs, whatever lies at the path by then.
 */
export async function checkResolved(resolved: ResolvedModel, timeout = TIMEOUT): Promise<ModelReport> {
  return await tryOut(resolved.path, [], [], timeout, packResolved(resolved));
}

async function tryOut(
  path: string,
  words: readonly string[],
  read: readonly string[],
  timeout: number,
  given?: Buffer,
): Promise<ModelReport> {
  const seconds = Math.ceil(timeout / 1000);
  const confinement = { read, data: MEMORY, cpuSeconds: seconds };
  const child = spawnModule(program, words, confinement, {
    flags: ['--max-old-space-size=512'],
    stdio: [given === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    // One malloc arena: each further one would reserve 64 MiB.
    env: { PATH: process.env['PATH'] ?? '', MALLOC_ARENA_MAX: '2' },
  });
  // A process that has ended takes no more; its end is told below.
  child.stdin?.on('error', () => {});
  child.stdin?.end(given);
  let answer = '';
  let complaint = '';
  (child.stdout as Readable).on('data', (chunk: Buffer) => {
    if (answer.length < MAX_ANSWER) answer += chunk.toString('utf8');
  });
  (child.stderr as Readable).on('data', (chunk: Buffer) => {
    if (complaint.length < 4096) complaint += chunk.toString('utf8');
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, timeout);
  const ended = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  clearTimeout(timer);
  const report = parse(answer);
  if (report !== undefined) return report;
  return emptyReport(path, problemOf(ended, complaint, late, seconds));
}

function problemOf(ended: string, complaint: string, late: boolean, seconds: number): string {
  if (late || ended === 'SIGXCPU') return `it did not finish a run within ${seconds} s`;
  if (/bad_alloc|out of memory|Cannot allocate|Allocation failed/i.test(complaint))
    return 'it needs more than 900 MB of memory';
  return `the process that tried it ended (${ended}); it is damaged or needs too much memory`;
}

/** The report, and in a second line what has been counted after it. */
function parse(text: string): ModelReport | undefined {
  const [report = '', counted = ''] = text.split('\n');
  try {
    const first = JSON.parse(report) as ModelReport;
    return counted === '' ? first : { ...first, ...(JSON.parse(counted) as Pick<ModelReport, 'macs'>) };
  } catch {
    return undefined;
  }
}

/** A report about a file that could not be looked into. */
export function emptyReport(path: string, ...problems: string[]): ModelReport {
  return {
    name: '',
    path,
    format: 'unknown',
    bytes: 0,
    sha256: '',
    licence: '',
    inputShape: [],
    outputShape: [],
    output: 'probability',
    crop: 'follow',
    operators: [],
    milliseconds: 0,
    range: [0, 0],
    executionProvider: '',
    problems,
  };
}
