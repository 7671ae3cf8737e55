import { readFileSync } from 'node:fs';
import { BackscrubError } from '../shared/errors.js';
import { type CommandLine, isShell, parseCommandLine } from './arguments.js';
import { chooseBusAddress } from './bus-address.js';
import type { Patience } from './client.js';
import { completionScript } from './completion.js';
import { EXIT, Failure, messageOf } from './failure.js';
import { generalHelp, verbHelp } from './help.js';
import { type Catalogue, modelFileVerb } from './model-files.js';
import { type ProcessFile, processVerb } from './process.js';
import type { Terminal } from './terminal.js';
import { printable, wrap } from './text.js';
import { findVerb } from './verbs/table.js';

const INTERRUPTED = Symbol('interrupted');

/** What a run takes from the outside; tests give their own. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  readonly directory: string;
  /** Aborts on the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly patience?: Patience;
  readonly loadEngine?: () => Promise<ProcessFile>;
  readonly loadCatalogue?: () => Promise<Catalogue>;
}

/** Runs one command line. @returns the exit status; prints what went wrong instead of throwing */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    return await runLine(parseCommandLine(argv), surroundings);
  } catch (error) {
    if (surroundings.signal.aborted) return EXIT.interrupted;
    printFailure(surroundings.terminal, error);
    return error instanceof Failure ? error.status : EXIT.failed;
  }
}

async function runLine(line: CommandLine, surroundings: Surroundings): Promise<number> {
  const { terminal, directory, signal } = surroundings;
  if (line.help) {
    terminal.out(line.verb === undefined ? generalHelp() : verbHelp(line.verb));
    return EXIT.ok;
  }
  if (line.version) {
    terminal.out(`backscrubctl ${readVersion()}\n`);
    return EXIT.ok;
  }
  const [first] = line.positionals;
  switch (line.verb?.name) {
    case 'help': {
      const verb = first === undefined ? undefined : findVerb(first);
      terminal.out(verb === undefined ? generalHelp() : verbHelp(verb));
      return EXIT.ok;
    }
    case 'completion':
      if (first !== undefined && isShell(first)) terminal.out(completionScript(first));
      return EXIT.ok;
    case 'process':
      return processVerb(line, { terminal, directory, signal, load: surroundings.loadEngine ?? loadEngine });
    case 'model':
      if (first === 'add' || first === 'check') {
        return modelFileVerb(line, {
          terminal,
          directory,
          load: surroundings.loadCatalogue ?? loadCatalogue,
        });
      }
      return talkToService(line, surroundings);
    case 'doctor': {
      const [{ doctorVerb }, { thisSystem }, { connect }] = await Promise.all([
        import('./doctor/doctor.js'),
        import('./doctor/system.js'),
        import('./client.js'),
      ]);
      return doctorVerb(line, {
        terminal,
        system: thisSystem(),
        connect: () => connect(chooseBusAddress(line.bus, surroundings.env), surroundings.patience),
        loadEngine: surroundings.loadEngine ?? loadEngine,
      });
    }
    default:
      return talkToService(line, surroundings);
  }
}

async function talkToService(line: CommandLine, surroundings: Surroundings): Promise<number> {
  const { terminal, directory, signal } = surroundings;
  // Only now: `process`, help and mistakes need no bus library.
  const [{ connect }, { COMMANDS }] = await Promise.all([import('./client.js'), import('./commands.js')]);
  const command = COMMANDS.get(line.verb?.name ?? '');
  if (command === undefined) throw new TypeError(`the verb ${line.verb?.name} has no code`);
  const interrupted = new Promise<typeof INTERRUPTED>((resolve) => {
    if (signal.aborted) resolve(INTERRUPTED);
    signal.addEventListener('abort', () => resolve(INTERRUPTED), { once: true });
  });
  const address = chooseBusAddress(line.bus, surroundings.env);
  const client = await Promise.race([connect(address, surroundings.patience), interrupted]);
  if (client === INTERRUPTED) return EXIT.interrupted;
  try {
    const end = await Promise.race([command({ line, client, terminal, directory }), interrupted]);
    // Ctrl-C is how one leaves `monitor`; for the others it means not to wait for the answer.
    return end === INTERRUPTED && line.verb?.name !== 'monitor' ? EXIT.interrupted : EXIT.ok;
  } finally {
    client.close();
  }
}

async function loadEngine(): Promise<ProcessFile> {
  const { processFile } = await import('../engine/process-file.js');
  return processFile;
}

async function loadCatalogue(): Promise<Catalogue> {
  return await import('../models/catalogue.js');
}

function printFailure(terminal: Terminal, error: unknown): void {
  const message = messageOf(error);
  terminal.err(`${wrap(`backscrubctl: ${printable(message)}`, terminal.width, '  ', '')}\n`);
  const advice = error instanceof Failure ? error.advice : '';
  for (const part of advice.split('\n').filter((text) => text !== '')) {
    terminal.err(`  ${printable(part)}\n`);
  }
  // Neither ours nor the service's words: a defect, and whoever reports it needs the place.
  if (!(error instanceof Failure || error instanceof BackscrubError) && error instanceof Error) {
    terminal.err(`${error.stack ?? ''}\n`);
  }
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return String(version);
}
