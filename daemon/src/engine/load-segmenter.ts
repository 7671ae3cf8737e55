import { type ExecutionProvider, isExecutionProvider, Segmenter } from '../models/segmenter.js';
import { BackscrubError } from '../shared/errors.js';

export type Pause = () => Promise<void>;

export interface LoadedSegmenter {
  readonly segmenter: Segmenter;
  /** Why it does not run where it was asked to, for people. */
  readonly warning: string | undefined;
}

/**
 * Loads a model. A provider that does not work on this machine is stood in for by `cpu`; what is wrong with the model
 * itself is an error. Where frames are flowing already (`pause`), it is run once, since the first run allocates what all
 * later ones use; at a start the first frame does that, and is there the sooner.
 *
 * @param provider one of EXECUTION_PROVIDERS
 * @param pause awaited before each step that blocks the event loop
 * @throws BackscrubError UnknownModel, BadModel; Failed when the runtime cannot be used
 */
export async function loadSegmenter(
  model: string,
  provider: string,
  pause?: Pause,
): Promise<LoadedSegmenter> {
  if (!isExecutionProvider(provider)) {
    const warning = `There is no execution provider ${provider}; the model runs on cpu.`;
    return { segmenter: await warm(model, 'cpu', pause), warning };
  }
  try {
    const segmenter = await warm(model, provider, pause);
    return { segmenter, warning: segmenter.notice };
  } catch (error) {
    // Some providers refuse a model only when it runs.
    if (provider === 'cpu' || !(error instanceof BackscrubError) || error.code !== 'BadModel') throw error;
    const segmenter = await warm(model, 'cpu', pause);
    return { segmenter, warning: `${provider} cannot run the model ${model}; it runs on cpu.` };
  }
}

async function warm(
  model: string,
  provider: ExecutionProvider,
  pause: Pause | undefined,
): Promise<Segmenter> {
  const segmenter = await Segmenter.load(model, { provider, ...(pause && { pause }) });
  if (!pause && provider === 'cpu') return segmenter;
  try {
    await pause?.();
    await segmenter.run();
    segmenter.reset();
    return segmenter;
  } catch (error) {
    await segmenter.close().catch(() => {});
    const text = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new BackscrubError('BadModel', `The model ${model} loads, but does not run: ${text}`);
  }
}
