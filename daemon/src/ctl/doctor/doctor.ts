/** `backscrubctl doctor`: everything that has to be right for a call, each with its remedy. */
import { DEFAULT_MODEL } from '../../shared/names.js';
import type { CommandLine } from '../arguments.js';
import type { Client } from '../client.js';
import { EXIT } from '../failure.js';
import { printJson } from '../print.js';
import type { ProcessFile } from '../process.js';
import type { Paint, Terminal } from '../terminal.js';
import { printable, wrap } from '../text.js';
import { examineCameras, examineOwners } from './cameras.js';
import { examineCost } from './cost.js';
import type { Finding, Verdict } from './finding.js';
import { examineModule } from './module.js';
import { examinePipeWire } from './pipewire.js';
import { examineSandbox } from './sandbox.js';
import { examineRights, examineService } from './service.js';
import type { System } from './system.js';

export interface DoctorContext {
  readonly terminal: Terminal;
  readonly system: System;
  /** @throws Failure when there is no bus */
  readonly connect: () => Promise<Client>;
  readonly loadEngine: () => Promise<ProcessFile>;
}

/** How each verdict is shown: a word of the same width, and its colour. */
const MARKS: Readonly<Record<Verdict, readonly [string, Paint]>> = {
  ok: ['ok     ', 'green'],
  warning: ['warning', 'yellow'],
  problem: ['PROBLEM', 'red'],
  skipped: ['skipped', 'dim'],
};
const INDENT = ' '.repeat(9);

/** Examines everything in the order in which a call needs it. @returns the exit status: failed when there is a problem */
export async function doctorVerb(line: CommandLine, context: DoctorContext): Promise<number> {
  const { terminal } = context;
  const findings: Finding[] = [];
  for await (const finding of examinations(context)) {
    findings.push(finding);
    if (!line.json) terminal.out(formatFinding(finding, terminal));
  }
  const problems = findings.filter(({ verdict }) => verdict === 'problem').length;
  const warnings = findings.filter(({ verdict }) => verdict === 'warning').length;
  if (line.json) printJson(terminal, { ok: problems === 0, problems, warnings, findings });
  else terminal.out(`\n${conclusion(problems, warnings)}\n`);
  return problems === 0 ? EXIT.ok : EXIT.failed;
}

async function* examinations({ system, connect, loadEngine }: DoctorContext): AsyncGenerator<Finding> {
  yield* await examineModule(system);
  yield examineCameras(system);
  yield examineOwners(system);
  yield examineSandbox(system);
  let client: Client | undefined;
  try {
    const { findings, values } = await examineService(system, async () => {
      client = await connect();
      return await client.properties();
    });
    yield* findings;
    yield await examineRights(system, process.pid);
    yield await examinePipeWire(system);
    yield await examineCost(values?.Model ?? DEFAULT_MODEL, loadEngine);
  } finally {
    client?.close();
  }
}

export function formatFinding({ verdict, text, remedy }: Finding, { paint, width }: Terminal): string {
  const [word, colour] = MARKS[verdict];
  const [first = '', ...rest] = wrap(printable(text), width, INDENT).split('\n');
  const lines = [`${paint(colour, word)}  ${first.slice(INDENT.length)}`, ...rest];
  const advice = remedy.split('\n').filter((part) => part !== '');
  return `${[...lines, ...advice.map((part) => `${INDENT}  ${paint('bold', printable(part))}`)].join('\n')}\n`;
}

function conclusion(problems: number, warnings: number): string {
  if (problems > 0) return `${problems} problem${problems === 1 ? '' : 's'}: begin with the first.`;
  if (warnings > 0) return 'It works; the warnings say what could be better.';
  return 'All is well.';
}
