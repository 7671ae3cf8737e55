import { createRequire } from 'node:module';
import { askHelper } from '../../children/ask-helper.js';
import { probeConfinement } from '../../children/confinements.js';
import { BackscrubError, fromErrorInfo, parseErrorInfo } from '../../shared/errors.js';
import type { Size } from './background.js';

/** Shorter than the service's patience with the engine, so that the reason gets through. */
const LIMIT_MS = 18_000;

// By the package's name: this code may be part of the engine's bundle.
const probe = createRequire(import.meta.url).resolve('@backscrub/daemon/engine/probe.js');

/**
 * Has another process make a background and put it into the cache, so that the frames of a running picture go on meanwhile, and a
 * hostile file is none of the engine's.
 * @throws BackscrubError as loadBackground
 */
export async function prepareAside(spec: string, { width, height }: Size): Promise<void> {
  const question = ['background', spec, `${width}x${height}`];
  const confinement = probeConfinement(question);
  const answer = await askHelper(probe, question, { timeout: LIMIT_MS, confinement });
  if (answer['ok'] === true) return;
  const error = parseErrorInfo(answer['error']);
  if (error) throw fromErrorInfo(error);
  throw new BackscrubError(
    'BadImage',
    'The image could not be decoded: it needs too much memory or time, or is damaged.',
  );
}
