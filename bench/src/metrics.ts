import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The measures that quality is judged by; see the metrics tool for their definitions. */
export interface Metrics {
  readonly mad: number;
  readonly mse: number;
  readonly iou: number;
  readonly band: number;
  readonly grad: number;
  readonly leak: number;
  readonly leak_worst: number;
  readonly hole: number;
  readonly hole_worst: number;
  readonly dtssd: number;
  readonly flicker: number;
  readonly flick_edge: number;
}

export const MEASURES = [
  'mad',
  'mse',
  'iou',
  'band',
  'grad',
  'leak',
  'leak_worst',
  'hole',
  'hole_worst',
  'dtssd',
  'flicker',
  'flick_edge',
] as const satisfies readonly (keyof Metrics)[];

/** Compares a matte with the true one. */
export async function compare(shared: string, matte: string, truth: string): Promise<Metrics> {
  const { stdout } = await run('python3', [
    join(shared, 'tools/matte-metrics.py'),
    matte,
    truth,
    '--json',
    '--range',
    'full',
  ]);
  return JSON.parse(stdout) as Metrics;
}

export function mean(all: readonly Metrics[]): Metrics {
  return Object.fromEntries(
    MEASURES.map((m) => {
      const values = all.map((one) => one[m]).filter((v) => v !== null && v !== undefined);
      return [m, values.length === 0 ? Number.NaN : values.reduce((a, b) => a + b, 0) / values.length];
    }),
  ) as unknown as Metrics;
}
