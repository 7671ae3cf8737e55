import { readFile, rm } from 'node:fs/promises';
import { BackscrubError } from '../shared/errors.js';

export type Runtime = typeof import('onnxruntime-node');

export const EXECUTION_PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'webgpu'] as const;
/** Where a model runs; all but `cpu` need hardware and libraries of their own. */
export type ExecutionProvider = (typeof EXECUTION_PROVIDERS)[number];

export function isExecutionProvider(name: string): name is ExecutionProvider {
  return (EXECUTION_PROVIDERS as readonly string[]).includes(name);
}

/** onnxruntime 1.30 keeps records of its use in the home directory and sends them to its maker unless this is set. */
process.env['ORT_DISABLE_TELEMETRY'] = '1';

let runtime: Promise<Runtime> | undefined;

/** Loaded when the first model is, so that importing this file costs nothing. */
export function loadRuntime(): Promise<Runtime> {
  runtime ??= import('onnxruntime-node').then(
    (loaded) => {
      // Counts only before the first session; warnings of the optimiser are of no use to anybody here.
      loaded.env.logLevel = 'error';
      return loaded;
    },
    (cause: unknown) => {
      throw new BackscrubError('Failed', `onnxruntime cannot be loaded: ${firstLine(cause)}`, { cause });
    },
  );
  return runtime;
}

/** Of an error's text, fit for a terminal: names in it may come from a file. */
export function firstLine(error: unknown): string {
  const line = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
  return line.replace(/\p{C}/gu, '?').slice(0, 300);
}

export interface OpenedSession {
  readonly session: Awaited<ReturnType<Runtime['InferenceSession']['create']>>;
  readonly provider: ExecutionProvider;
  /** Why another provider than the wanted one is used, for people. */
  readonly notice: string | undefined;
}

const OPTIONS = {
  // More threads spin between runs and cost several times the CPU for little speed.
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  enableCpuMemArena: true,
  // Planning memory makes the second run as slow as the first, and later ones no faster.
  enableMemPattern: false,
} as const;

/**
 * The same graph for `cpu` without what need not be worked out again: constants are folded, nodes without an effect are gone. A session
 * of it is made in less than half the time, and runs as fast. What holds on one kind of processor only is not done.
 *
 * @param path of a file, which is written and removed
 * @throws whatever onnxruntime says about the graph or the file
 */
export async function simplify(
  { InferenceSession }: Runtime,
  onnx: Uint8Array,
  path: string,
): Promise<Uint8Array> {
  try {
    const session = await InferenceSession.create(onnx, {
      ...OPTIONS,
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'basic',
      optimizedModelFilePath: path,
    });
    await session.release();
    return await readFile(path);
  } finally {
    await rm(path, { force: true });
  }
}

/** Makes a session with the wanted provider, else on the CPU. @throws whatever onnxruntime says about the graph on the CPU */
export async function openSession(
  { InferenceSession }: Runtime,
  onnx: Uint8Array,
  wanted: ExecutionProvider,
): Promise<OpenedSession> {
  const create = (provider: ExecutionProvider) =>
    InferenceSession.create(onnx, {
      ...OPTIONS,
      executionProviders: [provider],
      // `all` includes the blocked NCHWc layout, which halves the time of a run.
      graphOptimizationLevel: 'all',
    });
  let notice: string | undefined;
  if (wanted !== 'cpu') {
    try {
      return { session: await create(wanted), provider: wanted, notice };
    } catch (error) {
      notice = `The execution provider ${wanted} cannot be used (${firstLine(error)}); the model runs on the CPU.`;
    }
  }
  return { session: await create('cpu'), provider: 'cpu', notice };
}
