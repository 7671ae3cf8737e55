import { badModel } from './bad-model.js';
import { checkResolved } from './check.js';
import type { ResolvedModel } from './registry.js';

/**
 * What a network unfolds to shows only in a run. Unless a file's contents have been checked before, that run is made in a
 * process of its own, of the very bytes that the caller has.
 *
 * @param timeout milliseconds; 30000 by default
 * @throws BackscrubError BadModel
 */
export async function requireChecked(resolved: ResolvedModel, timeout?: number): Promise<void> {
  if (resolved.checked) return;
  const [problem] = (await checkResolved(resolved, timeout)).problems;
  if (problem !== undefined) throw badModel(problem);
}
