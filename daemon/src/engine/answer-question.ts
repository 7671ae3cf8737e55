/** What all processes for one question do (children/ask-helper.ts): the command line is the question, a line of JSON the answer. */
import { hideMemory } from '@backscrub/native';
import { toErrorInfo } from '../shared/errors.js';

/**
 * Answers {"ok":true,...} with what `answer` gives, or {"ok":false,"error":{code,message}} with what it throws. Before anything else the
 * memory of the process is hidden from others of the same user.
 */
export async function answerQuestion(answer: (words: string[]) => Promise<object>): Promise<void> {
  hideMemory();
  let said: object;
  try {
    said = { ok: true, ...(await answer(process.argv.slice(2))) };
  } catch (error) {
    said = { ok: false, error: toErrorInfo(error) };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
