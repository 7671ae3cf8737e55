/** Asks a process of its own, with limits on memory and time, what a model file is worth. */

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
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

/** Data that the process may allocate, in KiB; with the runtime's code it stays below 1 GB. */
const MEMORY = 896 << 10;
const TIMEOUT = 30_000;
const MAX_ANSWER = 1 << 20;

// By the package's name: this code may be part of the engine's bundle.
const program = createRequire(import.meta.url).resolve('@backscrub/daemon/models/check-main.js');

/**
 * Never rejects because of the file: a crash, too much memory or too much time are problems in the report.
 */
export async function checkFile(request: CheckRequest): Promise<ModelReport> {
  const { path, manifest = '', timeout = TIMEOUT, count = false } = request;
  const seconds = Math.ceil(timeout / 1000);
  // `ulimit -d` bounds what can be written to, not the address space that V8 reserves and never touches.
  // The soft limit on time ends it by SIGXCPU, which can be told from other ends; the hard one would be SIGKILL.
  const time = `ulimit -H -t ${seconds + 2}; ulimit -S -t ${seconds}`;
  const limits = `ulimit -c 0; ${time}; ulimit -d ${MEMORY} && exec "$0" "$@"`;
  const args = [process.execPath, '--max-old-space-size=512', program, path, manifest, count ? 'count' : ''];
  const child = spawn('/bin/sh', ['-c', limits, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // One malloc arena: each further one would reserve 64 MiB.
    env: { PATH: process.env['PATH'] ?? '', MALLOC_ARENA_MAX: '2' },
  });
  let answer = '';
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (answer.length < MAX_ANSWER) answer += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
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
