import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BackscrubError } from '@backscrub/daemon/shared/errors.js';
import { DEFAULT_MODEL, isMode, MODES, type Mode } from '@backscrub/daemon/shared/names.js';

export interface DemoOptions {
  /** What openSource takes: the scene, a file, /dev/videoN. */
  readonly input: string;
  readonly mode: Mode;
  /** `color:#rrggbb` or an absolute path; undefined: the drawn one. */
  readonly background: string | undefined;
  readonly model: string;
  readonly seconds: number;
  readonly directory: string;
}

export const HELP = `Usage: npm run demo [-- [INPUT] [OPTION...]]

Finds the person in a video, replaces what is behind them, and writes pictures
and a clip to look at. Prints what each stage of a frame costs. Needs no root,
no kernel module and no camera.

INPUT is a video, an image, a camera (/dev/video0) or the generated scene
(scene:WIDTHxHEIGHT). Without it: the generated scene, 1280x720.

Options:
  --mode MODE        what is done to the clip: ${MODES.join(', ')}
                     (default: replace)
  --background WHAT  an image file, or a colour as color:#204060
                     (default: one that is drawn)
  --model MODEL      name or file of the model (default: ${DEFAULT_MODEL})
  --seconds N        how much of the input is used, 1 to 600 (default: 5)
  --output DIR       where the files go (default: demo-output)
  --help             this text
`;

/** @returns undefined when help was asked for. @throws BackscrubError InvalidArgs */
export function parseArguments(args: readonly string[]): DemoOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  if (positionals.length > 1) throw new BackscrubError('InvalidArgs', 'Name one input only.');
  const mode = values.mode ?? 'replace';
  if (!isMode(mode)) {
    throw new BackscrubError('InvalidArgs', `There is no mode "${mode}": use ${MODES.join(', ')}.`);
  }
  const seconds = Number(values.seconds ?? 5);
  if (!(seconds >= 1 && seconds <= 600)) {
    throw new BackscrubError('InvalidArgs', `--seconds "${values.seconds}" is not a number from 1 to 600.`);
  }
  const { background } = values;
  return {
    input: positionals[0] ?? 'scene:1280x720',
    mode,
    background:
      background === undefined || background.startsWith('color:') ? background : resolve(background),
    model: values.model ?? DEFAULT_MODEL,
    seconds,
    directory: resolve(values.output ?? 'demo-output'),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        mode: { type: 'string' },
        background: { type: 'string' },
        model: { type: 'string' },
        seconds: { type: 'string' },
        output: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new BackscrubError('InvalidArgs', `${(error as Error).message} See npm run demo -- --help`);
  }
}
