// Runs the tests: everything compiled that ends in .test.js, and the scripts' own. Words are filters on the file's path,
// options (--test-name-pattern=..., --test-only) go to node's test runner. Under CI=true a skipped test that
// test/allowed-skips.json does not excuse is a failure.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { tidyOutputs } from './lib/build.mjs';
import { fail, filesUnder, readJson, root } from './lib/project.mjs';
import { unexcused } from './lib/skips.mjs';

const folders = [
  'native/dist',
  'daemon/dist',
  'bench/dist',
  'demo/dist',
  'gnome-extension/dist',
  'test/dist/bus',
  'test/dist/system',
  'scripts',
];

const options = process.argv.slice(2).filter((word) => word.startsWith('-'));
const filters = process.argv.slice(2).filter((word) => !word.startsWith('-'));

/** What a run by chance does by default (docs/testing.md); more of it may take longer. */
const usualCounts = {
  BACKSCRUB_FUZZ_COUNT: 10_000,
  BACKSCRUB_IMAGE_FUZZ_COUNT: 400,
  BACKSCRUB_CANVAS_FUZZ_COUNT: 300,
};
const longer = Object.entries(usualCounts).map(([name, usual]) => Number(process.env[name] ?? usual) / usual);
/** A file that hangs (a child that nobody ends) becomes a failure; the option exists since Node 20.11. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const timeout =
  major > 20 || minor >= 11 ? [`--test-timeout=${300_000 * Math.ceil(Math.max(1, ...longer))}`] : [];
/** Node leaves a processor for itself, which rests: on two of them the files would run one after the other. */
const concurrency = `--test-concurrency=${availableParallelism()}`;

tidyOutputs();
const files = folders
  .flatMap((folder) => filesUnder(join(root, folder)))
  .filter((file) => /\.test\.m?js$/.test(file))
  .map((file) => relative(root, file))
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
if (files.length === 0)
  fail(`no test file ${filters.length === 0 ? 'is built' : `has "${filters.join('" or "')}" in its path`}.`);

const scratch = mkdtempSync(join(tmpdir(), 'backscrub-test-'));
const recordPath = join(scratch, 'results.jsonl');
const { status } = spawnSync(
  process.execPath,
  [
    '--test',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${join(root, 'scripts/lib/test-record.mjs')}`,
    `--test-reporter-destination=${recordPath}`,
    ...timeout,
    concurrency,
    ...options,
    ...files,
  ],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
);
const results = readFileSync(recordPath, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line));
rmSync(scratch, { recursive: true });

const count = (result) => results.filter((entry) => entry.result === result).length;
const unexpected = unexcused(results, readJson(join(root, 'test/allowed-skips.json')));
for (const { file, name, reason } of results.filter((entry) => entry.result === 'skipped')) {
  process.stdout.write(`skipped: ${file}: ${name}${reason === '' ? '' : ` (${reason})`}\n`);
}
process.stdout.write(
  `\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped in ${files.length} files\n`,
);
if (process.env.CI === 'true' && unexpected.length > 0) {
  fail(`${unexpected.length} tests were skipped without an excuse in test/allowed-skips.json.`);
}
process.exit(status ?? 1);
