/**
 * The process that looks into one model file: `node check-main.js FILE MANIFEST WHETHER_TO_COUNT` prints a ModelReport as
 * JSON, and counts after it, since a network may be too large for that and yet be of use. The last two may be empty. Without any of
 * them the model comes on standard input (packed-model.ts).
 */

import { hideMemory } from '@backscrub/native';
import { monotonicMs } from '../shared/clock.js';
import { BackscrubError } from '../shared/errors.js';
import { emptyReport } from './check.js';
import { countOperators, countTfliteMacs } from './cost.js';
import { countOnnxMacs } from './onnx/macs.js';
import { unpackResolved } from './packed-model.js';
import { type PreparedModel, prepareModel } from './prepare.js';
import { digest, type ResolvedModel, resolveModel } from './registry.js';
import type { ModelReport } from './report.js';
import { firstLine, loadRuntime } from './runtime.js';
import { Segmenter } from './segmenter.js';

/** Runs whose median is reported, after the first; fewer when they are slow. */
const RUNS = 7;
const ENOUGH_MILLISECONDS = 2000;

interface Checked {
  readonly report: ModelReport;
  readonly prepared?: PreparedModel;
}

async function check(path: string, read: () => Promise<ResolvedModel>): Promise<Checked> {
  let report = emptyReport(path);
  try {
    const resolved = await read();
    report = { ...report, path: resolved.path };
    report = { ...report, ...describe(resolved) };
    const prepared = prepareModel(resolved);
    report = { ...report, ...measureGraph(prepared) };
    return { report: { ...report, ...(await run(resolved)) }, prepared };
  } catch (error) {
    return { report: { ...report, problems: [reason(error)] } };
  }
}

function describe({ manifest, bytes, format }: ResolvedModel) {
  const { name, licence, output, crop } = manifest;
  return { name, licence, format, bytes: bytes.length, sha256: digest(bytes), output: output.kind, crop };
}

function measureGraph(prepared: PreparedModel) {
  const { inputShape, outputShape, tflite } = prepared;
  const macs = tflite && { macs: countTfliteMacs(tflite) };
  return { inputShape, outputShape, operators: countOperators(prepared), ...macs };
}

async function run(
  resolved: ResolvedModel,
): Promise<Pick<ModelReport, 'milliseconds' | 'range' | 'executionProvider' | 'problems'>> {
  const segmenter = await Segmenter.open(resolved, await loadRuntime());
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  const look = (map: Float32Array) => {
    for (const value of map) {
      // NaN must not get lost in a comparison.
      if (!(value >= least)) least = value;
      if (!(value <= most)) most = value;
    }
  };
  segmenter.input.fill(0.5);
  look(await segmenter.run());
  for (const i of segmenter.input.keys()) segmenter.input[i] = ((i * 7919) % 256) / 255;
  const times: number[] = [];
  const started = monotonicMs();
  do {
    const before = monotonicMs();
    const map = await segmenter.run();
    times.push(monotonicMs() - before);
    look(map);
  } while (times.length < RUNS && monotonicMs() - started < ENOUGH_MILLISECONDS);
  times.sort((a, b) => a - b);
  await segmenter.close();
  const problems: string[] = [];
  // Rounding may go a little beyond.
  if (!(least >= -0.01 && most <= 1.01)) {
    problems.push(
      `its values lie between ${least.toPrecision(3)} and ${most.toPrecision(3)}, not between 0 and 1: check output.kind in the manifest`,
    );
  }
  return {
    milliseconds: times[times.length >> 1] ?? 0,
    range: [least, most],
    executionProvider: segmenter.executionProvider,
    problems,
  };
}

function reason(error: unknown): string {
  const text = error instanceof BackscrubError ? error.message : firstLine(error);
  if (text.includes('invalid dimensions for output')) return 'its output has other sizes than the file says';
  if (/bad_alloc|Failed to allocate/i.test(text)) return 'it needs more than 900 MB of memory';
  return text.replace(/^This model cannot be used: /, '');
}

async function count({ file, manifest, ...wrapped }: PreparedModel): Promise<number | undefined> {
  const { width, height } = manifest.input;
  return countOnnxMacs(file, wrapped, [1, 3, height, width], await loadRuntime());
}

async function readGiven(): Promise<ResolvedModel> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return unpackResolved(Buffer.concat(parts));
}

hideMemory();
const [path, manifest, wanted = ''] = process.argv.slice(2);
const { report, prepared } = await check(path ?? '', async () =>
  path === undefined ? await readGiven() : await resolveModel(path, undefined, manifest || undefined),
);
process.stdout.write(`${JSON.stringify(report)}\n`);
if (
  wanted !== '' &&
  prepared !== undefined &&
  prepared.tflite === undefined &&
  report.problems.length === 0
) {
  const macs = await count(prepared);
  if (macs !== undefined) process.stdout.write(`${JSON.stringify({ macs })}\n`);
}
