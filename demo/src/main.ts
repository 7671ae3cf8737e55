/** `npm run demo`: the main job on a generated scene, a file or a camera, with pictures to look at. */
import { relative } from 'node:path';
import { formatStages } from '@backscrub/daemon/ctl/stats.js';
import { processTerminal } from '@backscrub/daemon/ctl/terminal.js';
import { openSource } from '@backscrub/daemon/engine/open-source.js';
import type { Source } from '@backscrub/daemon/engine/source.js';
import { BackscrubError } from '@backscrub/daemon/shared/errors.js';
import { type DemoOptions, HELP, parseArguments } from './arguments.js';
import { type DemoResult, runDemo } from './run.js';

const STEER = 'busctl call org.backscrub /org/backscrub org.backscrub';
const terminal = processTerminal();

async function openCamera(path: string): Promise<Source> {
  const [{ chooseCamera }, { CameraSource }] = await Promise.all([
    import('@backscrub/daemon/engine/camera-choice.js'),
    import('@backscrub/daemon/engine/camera-source.js'),
  ]);
  return CameraSource.open(chooseCamera(path, { width: 1280, height: 720, frameRate: 30 }, ''));
}

function showProgress(what: string, done: number, all: number): void {
  if (!terminal.interactive) return;
  terminal.err(done === all ? '\r\u001b[K' : `\r${what}: ${done} of ${all}\u001b[K`);
}

function report(options: DemoOptions, source: Source, { files, statistics, noClip }: DemoResult): string {
  const { frames, framesPerSecond, dropped, stages, executionProvider } = statistics;
  const { paint } = terminal;
  const cpu = stages['frame']?.cpuMedian ?? 0;
  const rate = source.frameRate.numerator / source.frameRate.denominator;
  const width = Math.max(...files.map(({ path }) => relative('.', path).length));
  return [
    `${options.input}: ${frames} frame${frames === 1 ? '' : 's'} of ${source.width}x${source.height}, mode ${options.mode}, model ${options.model} (${executionProvider})`,
    `${framesPerSecond.toFixed(1)} frames per second, writing included${dropped > 0 ? `; ${dropped} passed over` : ''}`,
    '',
    paint('bold', 'What a frame costs'),
    formatStages(stages, paint),
    `At ${rate.toFixed(0)} frames per second that is ${((cpu * rate) / 10).toFixed(0)} % of one core.`,
    '',
    paint('bold', 'Look at'),
    ...files.map(({ path, what }) => `  ${relative('.', path).padEnd(width)}  ${what}`),
    ...(noClip === undefined ? [] : [`  There is no clip: ${noClip}`]),
    '',
    paint('bold', 'Steer the installed service live'),
    `  ${STEER} Start`,
    `  ${STEER} SetMode s blur`,
    `  ${STEER} SetMode s replace`,
    `  ${STEER} SetBackground s 'color:#204060'`,
    `  ${STEER} SetEffects as 2 hologram mirror`,
    '  busctl set-property org.backscrub /org/backscrub org.backscrub BlurStrength u 80',
    '  busctl get-property org.backscrub /org/backscrub org.backscrub State',
    '  npx backscrubctl monitor',
    '',
  ].join('\n');
}

async function main(): Promise<void> {
  const options = parseArguments(process.argv.slice(2));
  if (!options) {
    terminal.out(HELP);
    return;
  }
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort(new BackscrubError('Failed', 'Interrupted.')));
  const source = await openSource(options.input, openCamera);
  try {
    terminal.out(report(options, source, await runDemo(options, source, showProgress, interrupt.signal)));
  } finally {
    await source.close();
  }
}

try {
  await main();
} catch (error) {
  const known = error instanceof BackscrubError;
  terminal.err(`demo: ${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
