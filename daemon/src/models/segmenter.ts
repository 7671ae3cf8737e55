import { releaseBuffer } from '@backscrub/native';
import type { Tensor } from 'onnxruntime-node';
import { BackscrubError } from '../shared/errors.js';
import { badModel } from './bad-model.js';
import { requireChecked } from './checked.js';
import type { ModelFolders } from './folders.js';
import type { ModelManifest, PictureLayout } from './manifest.js';
import type { Wrapped } from './onnx/wrap.js';
import { prepareModel } from './prepare.js';
import { prepareCached, type Simplify } from './prepared-cache.js';
import { type ResolvedModel, resolveModel } from './registry.js';
import {
  type ExecutionProvider,
  firstLine,
  loadRuntime,
  type OpenedSession,
  openSession,
  type Runtime,
  simplify,
} from './runtime.js';

export { EXECUTION_PROVIDERS, type ExecutionProvider, isExecutionProvider } from './runtime.js';

export interface SegmenterOptions {
  /** Where the model runs, `cpu` by default. When it cannot be used, the CPU is: see `executionProvider` and `notice`. */
  readonly provider?: ExecutionProvider;
  /** Where models are looked for by name. */
  readonly folders?: ModelFolders;
  /** Whether the network's own output is kept as well, for `raw`. */
  readonly raw?: boolean;
  /** Awaited before each step that blocks the event loop for tens of milliseconds, so that other work can go between. */
  readonly pause?: () => Promise<void>;
}

/** The memory of one input and output for a run. */
interface Feeds {
  readonly feeds: Record<string, Tensor>;
  readonly fetches: Record<string, Tensor>;
}

/**
 * A loaded model with its input and output memory, which stay the same for all runs.
 *
 * `run` blocks the event loop of its process while the model works, and a process that exits during a run is aborted:
 * stop running, then `close`.
 */
export class Segmenter {
  /** What native code fills: three planes R, G, B of input.height rows of input.width floats from 0 to 1, no padding. */
  readonly input: Float32Array;
  /** Size of the probability map, which may differ from the input's. */
  readonly mapWidth: number;
  readonly mapHeight: number;
  readonly manifest: ModelManifest;
  readonly #map: Float32Array;
  readonly #raw: Float32Array | undefined;
  /** Two sets that take turns where the model remembers: what one run wrote is what the next one reads. */
  readonly #turns: readonly Feeds[];
  /** The memory of all that runs write. */
  readonly #own: ReadonlySet<ArrayBuffer | undefined>;
  #turn = 0;
  #running: Promise<unknown> = Promise.resolve();

  private constructor(
    manifest: ModelManifest,
    prepared: Wrapped,
    private readonly opened: OpenedSession,
    TensorType: typeof Tensor,
    raw: boolean,
  ) {
    const { mapWidth, mapHeight, states } = prepared;
    this.manifest = manifest;
    this.mapWidth = mapWidth;
    this.mapHeight = mapHeight;
    const { width, height } = manifest.input;
    this.input = new Float32Array(3 * height * width);
    this.#map = new Float32Array(mapHeight * mapWidth);
    const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
    this.#raw = raw ? new Float32Array(count(prepared.raw.shape)) : undefined;
    const tensor = (data: Float32Array, shape: readonly number[]) => new TensorType('float32', data, shape);
    const input = tensor(this.input, [1, 3, height, width]);
    const map = tensor(this.#map, [1, 1, mapHeight, mapWidth]);
    const memory = states.map(({ input: { shape } }) =>
      [0, 1].map(() => tensor(new Float32Array(count(shape)), shape)),
    );
    this.#turns = (states.length > 0 ? [0, 1] : [0]).map((turn) => {
      const feeds: Record<string, Tensor> = { 'backscrub:input': input };
      const fetches: Record<string, Tensor> = { 'backscrub:map': map };
      if (this.#raw) fetches[prepared.raw.name] = tensor(this.#raw, prepared.raw.shape);
      for (const [i, state] of states.entries()) {
        const [read, written] = [memory[i]?.[turn], memory[i]?.[1 - turn]];
        if (read) feeds[state.input.name] = read;
        if (written) fetches[state.output.name] = written;
      }
      return { feeds, fetches };
    });
    this.#own = new Set(this.#turns.flatMap(({ fetches }) => Object.values(fetches).map(bufferOf)));
  }

  /**
   * Finds, converts and loads a model by name or path. A file that has never been checked is checked in another process
   * first (models/check.ts).
   *
   * @throws BackscrubError UnknownModel, BadModel; Failed when the runtime cannot be used
   */
  static async load(nameOrPath: string, options: SegmenterOptions = {}): Promise<Segmenter> {
    // The runtime's library takes longest to load; the file is read meanwhile. Both must have ended before an error leaves.
    const resolving = resolveModel(nameOrPath, options.folders).then(async (resolved) => {
      await requireChecked(resolved);
      return resolved;
    });
    const [runtime, resolved] = await Promise.allSettled([loadRuntime(), resolving]);
    if (resolved.status === 'rejected') throw resolved.reason;
    if (runtime.status === 'rejected') throw runtime.reason;
    return Segmenter.open(resolved.value, runtime.value, options);
  }

  /** For a file that is resolved already; nothing is checked in another process. */
  static async open(
    resolved: ResolvedModel,
    runtime: Runtime,
    { provider = 'cpu', raw = false, pause }: SegmenterOptions = {},
  ): Promise<Segmenter> {
    await pause?.();
    // Other providers rewrite graphs in ways of their own.
    const simplifier: Simplify | undefined =
      provider === 'cpu'
        ? async (onnx, path) => {
            await pause?.();
            return simplify(runtime, onnx, path);
          }
        : undefined;
    const prepared = raw ? prepareModel(resolved, raw) : await prepareCached(resolved, simplifier);
    await pause?.();
    try {
      const opened = await openSession(runtime, prepared.onnx, provider);
      return new Segmenter(resolved.manifest, prepared, opened, runtime.Tensor, raw);
    } catch (cause) {
      if (resolved.source !== 'built-in') throw badModel(`onnxruntime says: ${firstLine(cause)}`);
      const text = `The model ${resolved.manifest.name} cannot be used: ${firstLine(cause)}`;
      throw new BackscrubError('Failed', text, { cause });
    }
  }

  /** Where the model really runs. */
  get executionProvider(): ExecutionProvider {
    return this.opened.provider;
  }

  /** What people should know about the way it runs, such as a provider that could not be used. */
  get notice(): string | undefined {
    return this.opened.notice;
  }

  /** The network's own output of the last run, in its own layout, when `raw` was asked for. */
  get raw(): Float32Array | undefined {
    return this.#raw;
  }

  /**
   * Runs the model on what `input` holds. The result is the probability map, mapHeight rows of mapWidth values from 0 to 1;
   * the array is the same each time and is overwritten by the next run. Runs must not overlap.
   * @param remember whether a model with states remembers this run
   */
  async run(remember = true): Promise<Float32Array> {
    const { feeds, fetches } = this.#turns[this.#turn] as Feeds;
    if (remember) this.#turn = (this.#turn + 1) % this.#turns.length;
    const running = this.opened.session.run(feeds, fetches);
    this.#running = running;
    // onnxruntime-node (1.30) writes into the tensors that it is given and hands out copies of them all the same: 8 MB a second
    // at 30 frames, which would stay until V8 collects, after some 30 MB.
    for (const result of Object.values(await running)) {
      const copy = bufferOf(result);
      if (copy && !this.#own.has(copy)) releaseBuffer(copy);
    }
    return this.#map;
  }

  /** Lets a model with states forget what it has seen. */
  reset(): void {
    for (const { feeds } of this.#turns) {
      for (const [name, { data }] of Object.entries(feeds))
        if (name !== 'backscrub:input') (data as Float32Array).fill(0);
    }
  }

  /**
   * The pictures are turned from now on, and what a model with states has seen with them: states of four axes are taken for
   * pictures in the layout of the input, others have no place in the frame.
   */
  turn(mirror: boolean, flip: boolean): void {
    for (const { feeds } of this.#turns) {
      for (const [name, { data, dims }] of Object.entries(feeds)) {
        if (name === 'backscrub:input' || dims.length !== 4) continue;
        turnPictures(data as Float32Array, dims, this.manifest.input.layout, mirror, flip);
      }
    }
  }

  /** Waits for a run that is under way, then gives the model's memory back. */
  async close(): Promise<void> {
    await this.#running.catch(() => undefined);
    await this.opened.session.release();
  }
}

/** Exchanges left and right, or top and bottom, of all channels. */
function turnPictures(
  data: Float32Array,
  dims: readonly number[],
  layout: PictureLayout,
  mirror: boolean,
  flip: boolean,
): void {
  const [batch = 1, a = 1, b = 1, c = 1] = dims;
  const [pictures, height, width, channels] = layout === 'NCHW' ? [batch * a, b, c, 1] : [batch, a, b, c];
  const before = data.slice();
  for (let picture = 0; picture < pictures; picture++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const place = (row: number, column: number) => ((picture * height + row) * width + column) * channels;
        const from = place(flip ? height - 1 - y : y, mirror ? width - 1 - x : x);
        data.set(before.subarray(from, from + channels), place(y, x));
      }
    }
  }
}

function bufferOf({ data }: Tensor): ArrayBuffer | undefined {
  return ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer ? data.buffer : undefined;
}
