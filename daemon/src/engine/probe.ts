/**
 * Short-lived questions of the service, which itself neither decodes media nor opens a camera:
 *   probe.js background SPEC     can this be a background?
 *   probe.js camera ID OUTPUT    which camera is there, and what would it deliver?
 *   probe.js backgrounds          which backgrounds are built in?
 *   probe.js cameras OUTPUT      which cameras are there?
 *   probe.js models              which models are installed?
 *   probe.js model NAME          can this model be used?
 * The answer is one line of JSON on standard output: {"ok":true,...} or {"ok":false,"error":{code,message}}.
 */
import { sealProcess } from '@backscrub/native';
import { BackscrubError, toErrorInfo } from '../shared/errors.js';
import { loadBackground } from './backgrounds/load.js';

/** The usual size: what is decoded here is kept for the engine (backgrounds/cache.ts). */
const PROBE_SIZE = { width: 1280, height: 720 };
/** Shorter than the service's own limit, so that the reason gets through. */
const MODEL_MS = 12_000;

async function answer([question, subject = '', outputPath = '']: string[]): Promise<object> {
  if (question === 'background') {
    const background = await loadBackground(subject, PROBE_SIZE.width, PROBE_SIZE.height);
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
    const { AUTO_MODE } = await import('@backscrub/native');
    const { listCameras } = await import('./camera-rows.js');
    return { cameras: listCameras(AUTO_MODE, subject) };
  }
  if (question === 'models') {
    const { listModels } = await import('../models/catalogue.js');
    const models = (await listModels()).map(({ input, problem, path: _, ...row }) => ({
      ...row,
      ...input,
      problem: problem ?? '',
    }));
    return { models };
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

// It decodes what others gave; the unit's own rules are what is left when the kernel refuses.
sealProcess();
try {
  const result = await answer(process.argv.slice(2));
  process.stdout.write(`${JSON.stringify({ ok: true, ...result })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ ok: false, error: toErrorInfo(error) })}\n`);
}
