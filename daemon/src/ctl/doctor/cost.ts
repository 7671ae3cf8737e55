/** Whether the model works here, and what a frame costs on this machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_BACKGROUND, DEFAULT_BLUR_STRENGTH } from '../../shared/names.js';
import type { ProcessFile } from '../process.js';
import { type Finding, ok, problem, warning } from './finding.js';

/** The whole, and what a live frame does not go through: drawing the scene, writing a file. */
const NOT_OURS: readonly string[] = ['frame', 'capture', 'output'];
/** A second of the drawn scene: enough for a median. Drawing takes longer than all the rest. */
const SCENE = 'scene:1280x720:1';
/** Milliseconds of one processor between two frames at 30 frames per second. */
const FRAME_MS = 1000 / 30;
/** Above half of it a call stutters as soon as anything else runs. */
const TOO_DEAR_MS = FRAME_MS / 2;

export async function examineCost(model: string, load: () => Promise<ProcessFile>): Promise<Finding> {
  const folder = await mkdtemp(join(tmpdir(), 'backscrub-doctor-'));
  try {
    const processFile = await load();
    const { statistics } = await processFile({
      input: SCENE,
      output: join(folder, 'picture.y4m'),
      look: lookOf(),
      model,
    });
    // Not processor time: some kernels count that in ticks longer than a frame takes. Nor the whole frame's time less that of
    // drawing the scene: both are large, and their medians are those of different frames.
    const stage = (name: string) => statistics.stages[name]?.wallMedian ?? 0;
    const ours = Object.keys(statistics.stages).filter((name) => !NOT_OURS.includes(name));
    const frame = ours.reduce((sum, name) => sum + stage(name), 0);
    const share = (100 * frame) / FRAME_MS;
    const text = `A 1280x720 frame with ${model} takes ${frame.toFixed(1)} ms (${share.toFixed(0)} % of one processor at 30 frames per second), ${stage('inference').toFixed(1)} of it in the model.`;
    if (frame < TOO_DEAR_MS) return ok('cost', text);
    return warning('cost', text, 'A lighter model: backscrubctl model use selfie_segmentation_landscape');
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return problem('cost', `The model ${model} does not work: ${text}`, `backscrubctl model check ${model}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lookOf() {
  return {
    mode: 'replace',
    background: DEFAULT_BACKGROUND,
    blurStrength: DEFAULT_BLUR_STRENGTH,
    effects: [],
  } as const;
}
