/**
 * Short-lived questions of the service, which itself neither decodes media nor opens a camera:
 *   probe.js background SPEC [WIDTHxHEIGHT [video]]   can this be a background? Puts it into the cache at that size. The last word
 *                                says that it is known to be a video
 *   probe.js camera ID OUTPUT    which camera is there, and what would it deliver?
 *   probe.js backgrounds          which backgrounds are built in?
 *   probe.js cameras OUTPUT      which cameras are there?
 *   probe.js models              which models are installed?
 *   probe.js model NAME          can this model be used?
 * The answer is one line of JSON on standard output: {"ok":true,...} or {"ok":false,"error":{code,message}}; cameras and models
 * come with the paths that they were read from, as "sources".
 */
import { BackscrubError } from '../shared/errors.js';
import { answerQuestion } from './answer-question.js';
import { loadBackground } from './backgrounds/load.js';

/** The usual size: what is decoded here is kept for the engine (backgrounds/cache.ts). */
const PROBE_SIZE = { width: 1280, height: 720 };
/** Shorter than the service's own limit, so that the reason gets through. */
const MODEL_MS = 12_000;

async function answer([question, subject = '', outputPath = '', kind = '']: string[]): Promise<object> {
  if (question === 'background') {
    const { width, height } = sizeOf(outputPath);
    const background = await loadBackground(subject, width, height, { isVideo: kind === 'video' });
    await background.close();
    return {};
  }
  if (question === 'camera') {
    const { AUTO_MODE } = await import('@backscrub/native');
    const { chooseCamera } = await import('./camera-choice.js');
    const { device, mode } = chooseCamera(subject, AUTO_MODE, outputPath);
    const { width, height, frameRate } = mode;
    return {
      id: device.id,
      name: device.name,
      width,
      height,
      frameRate: Math.round(frameRate.numerator / frameRate.denominator),
    };
  }
  if (question === 'backgrounds') {
    const { galleryList } = await import('./backgrounds/gallery/index.js');
    return { backgrounds: galleryList() };
  }
  if (question === 'cameras') {
    const { AUTO_MODE, listVideoDevices } = await import('@backscrub/native');
    const { listCameras } = await import('./camera-rows.js');
    const devices = listVideoDevices();
    return {
      cameras: listCameras(AUTO_MODE, subject, devices),
      sources: ['/dev', ...devices.map(({ path }) => path)],
    };
  }
  if (question === 'models') {
    const { listModels, modelSources } = await import('../models/catalogue.js');
    const found = await listModels();
    const models = found.map(({ input, problem, path: _, ...row }) => ({
      ...row,
      ...input,
      problem: problem ?? '',
    }));
    return { models, sources: modelSources(found) };
  }
  if (question === 'model') {
    const { requireUsable } = await import('../models/catalogue.js');
    await requireUsable(subject, { timeout: MODEL_MS });
    return {};
  }
  throw new BackscrubError(
    'Failed',
    'probe knows the questions background, backgrounds, camera, cameras, models and model.',
  );
}

function sizeOf(text: string): { readonly width: number; readonly height: number } {
  const [, width, height] = /^(\d{2,4})x(\d{2,4})$/.exec(text) ?? [];
  return width === undefined ? PROBE_SIZE : { width: Number(width), height: Number(height) };
}

await answerQuestion(answer);
