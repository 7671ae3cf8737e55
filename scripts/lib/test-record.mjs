/** A reporter for node's test runner: one JSON line per test that was skipped, failed or passed, for scripts/test.mjs to count. */
import { relative } from 'node:path';
import { root } from './project.mjs';

export default async function* record(events) {
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite') continue;
    const skipped = data.skip !== undefined && data.skip !== false;
    yield `${JSON.stringify({
      file: data.file === undefined ? '' : relative(root, data.file),
      name: data.name,
      result: skipped ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed',
      reason: typeof data.skip === 'string' ? data.skip : '',
    })}\n`;
  }
}
