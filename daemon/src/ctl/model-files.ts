/** `backscrubctl model add` and `model check`: work on files, without the service. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { addModel, checkModel, defaultFolders, ModelReport } from '../models/catalogue.js';
import type { CommandLine } from './arguments.js';
import { EXIT, Failure, usageFailure } from './failure.js';
import { printJson } from './print.js';
import type { Painter, Terminal } from './terminal.js';
import { printable, wrap } from './text.js';

export interface Catalogue {
  readonly addModel: typeof addModel;
  readonly checkModel: typeof checkModel;
  readonly defaultFolders: typeof defaultFolders;
}

export interface ModelFileContext {
  readonly terminal: Terminal;
  /** Relative file names are relative to this directory. */
  readonly directory: string;
  /** Loads the models' room, which the other verbs do without. */
  readonly load: () => Promise<Catalogue>;
}

const LABEL_WIDTH = 12;

/** Whether a word means a file rather than the name of a model. */
export function isModelFile(word: string): boolean {
  return word.includes('/') || /\.(tflite|onnx)$/i.test(word);
}

/** @returns the exit status */
export async function modelFileVerb(line: CommandLine, context: ModelFileContext): Promise<number> {
  const { terminal, directory } = context;
  const [action, word = ''] = line.positionals;
  const given = line.options.get('manifest');
  const manifest = given === undefined ? {} : { manifest: resolve(directory, given) };
  if (action === 'check') {
    refuseOptions(line, 'check', ['name', 'replace']);
    const { checkModel } = await context.load();
    const report = await checkModel(isModelFile(word) ? resolve(directory, word) : word, manifest);
    if (line.json) printJson(terminal, report);
    else terminal.out(formatReport(report, terminal.paint, terminal.width));
    return report.problems.length === 0 ? EXIT.ok : EXIT.failed;
  }
  const { addModel, defaultFolders } = await context.load();
  const folders = defaultFolders();
  await refuseWithoutRights(folders.user, word);
  const name = line.options.get('name');
  const options = {
    ...manifest,
    ...(name === undefined ? {} : { name }),
    replace: line.options.has('replace'),
  };
  const added = await addModel(resolve(directory, word), folders, options);
  if (line.json) printJson(terminal, added);
  else {
    terminal.out(`Added ${printable(added.name)}. Use it: backscrubctl model use ${printable(added.name)}\n`);
  }
  return EXIT.ok;
}

function refuseOptions(line: CommandLine, action: string, names: readonly string[]): void {
  const wrong = names.find((name) => line.options.has(name));
  if (wrong !== undefined) throw usageFailure(`model ${action} has no option --${wrong}.`, 'model');
}

/** Before a long check: the folder is the service's, and only root can write there. */
async function refuseWithoutRights(folder: string, word: string): Promise<void> {
  if (await mayWrite(folder)) return;
  throw new Failure(
    EXIT.failed,
    `You may not write into ${folder}, where the service looks for models.`,
    `As root: sudo backscrubctl model add ${word}\nTo try it without the service: backscrubctl process --model ${word} INPUT OUTPUT`,
  );
}

/** A folder that is not there can be made where the next one above may be written. */
async function mayWrite(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing && dirname(folder) !== folder && (await mayWrite(dirname(folder)));
  }
}

/** What `model check` prints. */
export function formatReport(report: ModelReport, paint: Painter, width: number): string {
  const indent = ' '.repeat(LABEL_WIDTH);
  const shape = (sizes: readonly number[]) => (sizes.length === 0 ? '' : sizes.join(' x '));
  const operators = report.operators.map(({ name, count }) => `${count} ${name}`).join(', ');
  const ran = report.milliseconds > 0;
  const range = report.range.map((value) => value.toFixed(3)).join(' to ');
  const rows: readonly (readonly [string, string])[] = [
    ['Model', report.name],
    ['File', `${report.path} (${report.format}, ${(report.bytes / 1e6).toFixed(2)} MB)`],
    ['SHA-256', report.sha256],
    ['Licence', report.licence === '' ? 'not stated' : report.licence],
    ['Input', shape(report.inputShape)],
    ['Output', [shape(report.outputShape), report.output].filter((part) => part !== '').join(', ')],
    ['Operators', operators],
    ['MACs', report.macs === undefined ? '' : `${(report.macs / 1e6).toFixed(1)} million for each run`],
    ['Time', ran ? `${report.milliseconds.toFixed(2)} ms for each run on ${report.executionProvider}` : ''],
    ['Answers', ran ? `${range}, on a grey and a noisy picture` : ''],
  ];
  const line = (label: string, value: string) =>
    `${paint('bold', label)}${' '.repeat(LABEL_WIDTH - label.length)}${wrap(printable(value), width, indent).slice(LABEL_WIDTH)}\n`;
  const facts = rows.filter(([, value]) => value !== '').map(([label, value]) => line(label, value));
  const verdict =
    report.problems.length === 0
      ? [`${paint('green', 'This model can be used.')}\n`]
      : report.problems.map(
          (problem) => `${paint('red', wrap(`Problem: ${printable(problem)}`, width, '  ', ''))}\n`,
        );
  return [...facts, ...verdict].join('');
}
