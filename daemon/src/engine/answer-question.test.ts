import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

/** What a process says that answers with this function's body. */
function said(body: string): unknown {
  const script = `
    import { answerQuestion } from ${JSON.stringify(new URL('./answer-question.js', import.meta.url).href)};
    import { BackscrubError } from ${JSON.stringify(new URL('../shared/errors.js', import.meta.url).href)};
    await answerQuestion(async (words) => { ${body} });`;
  const args = ['--input-type=module', '-e', script, '--', '/nothing', 'a', 'b'];
  return JSON.parse(spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout);
}

test('an answer, an error of ours and any other are one line each', () => {
  assert.deepEqual(said('return { words: words.slice(-2) };'), { ok: true, words: ['a', 'b'] });
  assert.deepEqual(said("throw new BackscrubError('BadImage', 'torn');"), {
    ok: false,
    error: { code: 'BadImage', message: 'torn' },
  });
  assert.deepEqual(said("throw new Error('fault');"), {
    ok: false,
    error: { code: 'Failed', message: 'fault' },
  });
});
