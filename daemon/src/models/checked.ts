import { badModel } from './bad-model.js';
import { checkFile } from './check.js';
import type { ResolvedModel } from './registry.js';

/**
 * What a network unfolds to shows only in a run. Unless a file's contents have been checked before, that run is made in a
 * process of its own.
 *
 * @param timeout milliseconds; 30000 by default
 * @throws BackscrubError BadModel
 */
export async function requireChecked(
  { checked, path, manifest }: ResolvedModel,
  timeout?: number,
): Promise<void> {
  if (checked) return;
  const report = await checkFile({ path, ...(timeout === undefined ? {} : { timeout }) });
  const [problem] = report.problems;
  if (problem !== undefined) throw badModel(problem);
  if (report.sha256 !== manifest.sha256) throw badModel('it was changed while it was being checked');
}
