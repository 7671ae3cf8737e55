import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { FileSummary, processFile } from '../engine/process-file.js';
import {
  DEFAULT_BACKGROUND,
  DEFAULT_BLUR_STRENGTH,
  DEFAULT_MODE,
  DEFAULT_MODEL,
  isMode,
  type Mode,
} from '../shared/names.js';
import type { Look } from '../shared/protocol.js';
import type { CommandLine } from './arguments.js';
import { absoluteBackground } from './background.js';
import { EXIT, Failure } from './failure.js';
import { isModelFile } from './model-files.js';
import { ProgressBar } from './progress.js';
import { formatStages } from './stats.js';
import type { Terminal } from './terminal.js';
import { count, printable } from './text.js';

export type ProcessFile = typeof processFile;

export interface ProcessContext {
  readonly terminal: Terminal;
  /** Relative file names are relative to this directory. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** Loads the engine, which the other verbs do without. */
  readonly load: () => Promise<ProcessFile>;
}

/** `backscrubctl process`. @returns the exit status */
export async function processVerb(line: CommandLine, context: ProcessContext): Promise<number> {
  const { terminal, signal } = context;
  const [input, output] = line.positionals.map((name) => absoluteName(name, context.directory));
  if (input === undefined || output === undefined) throw new TypeError('two file names were checked for');
  const job = {
    input,
    output,
    look: lookOf(line.options, context.directory),
    model: modelOf(line.options.get('model'), context.directory),
  };
  if (!line.options.has('force')) await refuseToOverwrite(output);
  const bar = terminal.interactive ? new ProgressBar((text) => terminal.err(text)) : undefined;
  try {
    const run = await context.load();
    const summary = await run({ ...job, onProgress: (frame, total) => bar?.update(frame, total) }, signal);
    bar?.clear();
    terminal.out(
      line.json
        ? `${JSON.stringify(summaryJson(input, output, summary))}\n`
        : formatSummary(line.positionals[1] ?? output, summary, terminal),
    );
    return EXIT.ok;
  } catch (error) {
    bar?.clear();
    if (!signal.aborted) throw error;
    terminal.err(`backscrubctl: Interrupted; ${printable(basename(output))} was not written.\n`);
    return EXIT.interrupted;
  }
}

/** `scene:...` is a source of the engine, not a file. */
function absoluteName(name: string, directory: string): string {
  return name.startsWith('scene:') ? name : resolve(directory, name);
}

/** A name stays; a file is what has a slash or the ending of a model. */
export function modelOf(model: string | undefined, directory: string): string {
  if (model === undefined) return DEFAULT_MODEL;
  return isModelFile(model) ? resolve(directory, model) : model;
}

/** Who names a background wants to see it: it implies mode replace. */
export function lookOf(options: ReadonlyMap<string, string>, directory: string): Look {
  const background = options.get('background');
  const given = options.get('mode');
  const otherwise: Mode = background === undefined ? DEFAULT_MODE : 'replace';
  const blur = options.get('blur');
  return {
    mode: given !== undefined && isMode(given) ? given : otherwise,
    background: background === undefined ? DEFAULT_BACKGROUND : absoluteBackground(background, directory),
    blurStrength: blur === undefined ? DEFAULT_BLUR_STRENGTH : Number(blur),
    effects: options.get('effects')?.split(',') ?? [],
  };
}

/** The engine itself replaces older files. */
async function refuseToOverwrite(output: string): Promise<void> {
  const there = await stat(output).catch(() => undefined);
  if (there?.isFile())
    throw new Failure(EXIT.failed, `${output} exists already.`, 'Overwrite it with --force.');
}

export function formatSummary(
  output: string,
  summary: FileSummary,
  terminal: Pick<Terminal, 'paint'>,
): string {
  const { frames, seconds, statistics } = summary;
  const rate = seconds > 0 ? ` (${(frames / seconds).toFixed(1)} fps)` : '';
  const lines = [`Wrote ${printable(output)}: ${count(frames, 'frame')} in ${seconds.toFixed(1)} s${rate}`];
  if (Object.keys(statistics.stages).length > 0)
    lines.push('', formatStages(statistics.stages, terminal.paint));
  return `${lines.join('\n')}\n`;
}

function summaryJson(input: string, output: string, { frames, seconds, statistics }: FileSummary): object {
  return { input, output, frames, seconds, framesPerSecond: seconds > 0 ? frames / seconds : 0, statistics };
}
