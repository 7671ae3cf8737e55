/** The process that decodes files of unknown origin, one each, under the limits of its parent; see shared/import-work.ts. */
import { writeFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { dieWithParent } from '@backscrub/native';
import { BackscrubError } from '../shared/errors.js';
import { WORK_FILES } from '../shared/import-work.js';
import { parseFocus } from '../shared/stored-background.js';
import { answerQuestion } from './answer-question.js';

// Nobody waits for an answer any more.
if (!dieWithParent(process.ppid)) process.exit(0);
// A call that runs meanwhile must not stutter.
setPriority(constants.priority.PRIORITY_LOW);

async function answer([task, folder = '', ...rest]: string[]): Promise<object> {
  if (task === 'import') {
    const { importFile } = await import('./import/import.js');
    return await importFile(folder, parseFocus(rest.map(Number)));
  }
  if (task === 'thumbnail') {
    const [background = '', width] = rest;
    const { renderThumbnail } = await import('./import/render-thumbnail.js');
    await writeFile(join(folder, WORK_FILES.thumbnail), await renderThumbnail(background, Number(width)));
    return {};
  }
  throw new BackscrubError('Failed', 'import-main knows the tasks import and thumbnail.');
}

await answerQuestion(answer);
