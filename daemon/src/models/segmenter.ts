import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { BackscrubError } from '../shared/errors.js';
import { badModel } from './bad-model.js';
import { convertTflite } from './convert/convert.js';
import type { ModelManifest } from './manifest.js';
import { type ResolvedModel, resolveModel } from './registry.js';
import { readTflite } from './tflite/model.js';

export const EXECUTION_PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'webgpu'] as const;
export type ExecutionProvider = (typeof EXECUTION_PROVIDERS)[number];

export interface SegmenterOptions {
  /** Where the model runs, `cpu` by default; the others need hardware and libraries of their own. */
  readonly provider?: ExecutionProvider;
}

/**
 * A loaded model with its input and output memory, which stay the same for all runs.
 *
 * `run` blocks the event loop of its process while the model works, and a process that exits during a run is aborted:
 * stop running, then `close`.
 */
export class Segmenter {
  /** What native code fills: three planes R, G, B of input.height rows of input.width floats, no padding. */
  readonly input: Float32Array;
  readonly #output: Float32Array;
  readonly #feeds: Record<string, Tensor>;
  readonly #fetches: Record<string, Tensor>;
  #running: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly manifest: ModelManifest,
    readonly executionProvider: ExecutionProvider,
    private readonly session: InferenceSession,
    TensorType: typeof Tensor,
  ) {
    const { input, output } = manifest;
    this.input = new Float32Array(input.channels * input.height * input.width);
    this.#output = new Float32Array(output.height * output.width * output.channels);
    this.#feeds = {
      input: new TensorType('float32', this.input, [1, input.channels, input.height, input.width]),
    };
    this.#fetches = {
      output: new TensorType('float32', this.#output, [1, output.height, output.width, output.channels]),
    };
  }

  /**
   * Finds, converts and loads a model by name or path.
   *
   * @throws BackscrubError UnknownModel, BadModel; Failed when the runtime or the provider cannot be used
   */
  static async load(nameOrPath: string, options: SegmenterOptions = {}): Promise<Segmenter> {
    // The runtime's library takes longest to load; the file is read meanwhile. Both must have ended before an error leaves.
    const [runtime, resolved] = await Promise.allSettled([loadRuntime(), resolveModel(nameOrPath)]);
    if (resolved.status === 'rejected') throw resolved.reason;
    if (runtime.status === 'rejected') throw runtime.reason;
    return Segmenter.create(resolved.value, runtime.value, options.provider ?? 'cpu');
  }

  private static async create(
    { manifest, bytes }: ResolvedModel,
    { InferenceSession, Tensor }: Runtime,
    provider: ExecutionProvider,
  ): Promise<Segmenter> {
    const { onnx, input, output } = convertTflite(readTflite(bytes), { inputLayout: 'NCHW' });
    expectShape('input', input, manifest.input);
    expectShape('output', output, manifest.output);
    try {
      const session = await InferenceSession.create(onnx, {
        executionProviders: [provider],
        // `all` includes the blocked NCHWc layout, which halves the time of a run.
        graphOptimizationLevel: 'all',
        // More threads spin between runs and cost several times the CPU for little speed.
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        enableCpuMemArena: true,
      });
      return new Segmenter(manifest, provider, session, Tensor);
    } catch (cause) {
      const what = provider === 'cpu' ? `The model ${manifest.name}` : `The execution provider ${provider}`;
      throw new BackscrubError('Failed', `${what} cannot be used: ${firstLine(cause)}`, { cause });
    }
  }

  /**
   * Runs the model on what `input` holds. The result is the model's raw output, row by row, its channels together; the
   * array is the same each time and is overwritten by the next run. Runs must not overlap.
   */
  async run(): Promise<Float32Array> {
    const running = this.session.run(this.#feeds, this.#fetches);
    this.#running = running;
    await running;
    return this.#output;
  }

  /** Waits for a run that is under way, then gives the model's memory back. */
  async close(): Promise<void> {
    await this.#running.catch(() => undefined);
    await this.session.release();
  }
}

type Runtime = typeof import('onnxruntime-node');

let runtime: Promise<Runtime> | undefined;

/** Loaded when the first model is, so that importing this file costs nothing. */
function loadRuntime(): Promise<Runtime> {
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

function expectShape(
  what: string,
  shape: readonly number[],
  expected: { readonly height: number; readonly width: number; readonly channels: number },
): void {
  const wanted = [1, expected.height, expected.width, expected.channels];
  if (wanted.some((size, i) => size !== shape[i])) {
    throw badModel(`its ${what} has the shape [${shape}], its manifest says [${wanted}]`);
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
