/** The verbs that talk to the service. */
import type { PropertyValues } from '../generated/contract.js';
import type { CommandLine } from './arguments.js';
import { backgroundCommand } from './backgrounds.js';
import { cameraCommand } from './camera.js';
import type { Client } from './client.js';
import { effectsCommand } from './effects.js';
import { modelCommand } from './model.js';
import { Monitor } from './monitor.js';
import { print, printJson } from './print.js';
import { snapshotCommand } from './snapshot.js';
import { formatStatistics, readStatistics } from './stats.js';
import { formatStatus, stateWords, statusJson } from './status.js';
import type { Terminal } from './terminal.js';

/** What the verbs that talk to the service get. */
export interface CommandContext {
  readonly line: CommandLine;
  readonly client: Client;
  readonly terminal: Terminal;
  readonly directory: string;
}

type Command = (context: CommandContext) => Promise<void>;

export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'status',
    async ({ line, client, terminal }) => {
      const values = await client.properties();
      if (line.json) printJson(terminal, statusJson(values));
      else terminal.out(formatStatus(values, terminal.paint, terminal.width));
    },
  ],
  [
    'start',
    async (context) => {
      await context.client.call('Start');
      await printState(context);
    },
  ],
  [
    'stop',
    async (context) => {
      await context.client.call('Stop');
      await printState(context);
    },
  ],
  [
    'mode',
    async ({ line, client, terminal }) => {
      const [mode] = line.positionals;
      if (mode !== undefined) await client.call('SetMode', mode);
      const values = await client.properties();
      const json = { Mode: values.Mode, Modes: values.Modes };
      print(terminal, line, json, mode === undefined ? values.Mode : `Mode: ${values.Mode}`);
    },
  ],
  ['background', backgroundCommand],
  [
    'blur',
    async ({ line, client, terminal }) => {
      const [strength] = line.positionals;
      if (strength !== undefined) await client.set('BlurStrength', Number(strength));
      const { BlurStrength: current, Mode: mode } = await client.properties();
      const hint = mode === 'blur' ? '' : ` (used in mode blur; the mode is ${mode})`;
      const text = strength === undefined ? String(current) : `Blur strength: ${current}${hint}`;
      print(terminal, line, { BlurStrength: current }, text);
    },
  ],
  ['effects', effectsCommand],
  ['model', modelCommand],
  ['camera', cameraCommand],
  ['snapshot', snapshotCommand],
  [
    'resolution',
    async ({ line, client, terminal }) => {
      const [wanted] = line.positionals;
      if (wanted !== undefined) await client.set('Resolution', wanted);
      const { Resolution: current, Consumers: consumers } = await client.properties();
      const text = wanted === undefined ? current : `Resolution: ${current}${later(consumers)}`;
      print(terminal, line, { Resolution: current }, text);
    },
  ],
  [
    'rate',
    async ({ line, client, terminal }) => {
      const [wanted] = line.positionals;
      if (wanted !== undefined) await client.set('FrameRate', wanted === 'auto' ? 0 : Number(wanted));
      const { FrameRate: current, Consumers: consumers } = await client.properties();
      const shown = current === 0 ? 'auto' : String(current);
      const text = wanted === undefined ? shown : `Frame rate: ${shown}${later(consumers)}`;
      print(terminal, line, { FrameRate: current }, text);
    },
  ],
  [
    'on-demand',
    async ({ line, client, terminal }) => {
      const [wanted] = line.positionals;
      if (wanted !== undefined) await client.set('OnDemand', wanted === 'on');
      const { OnDemand: current } = await client.properties();
      const shown = current ? 'on' : 'off';
      print(terminal, line, { OnDemand: current }, wanted === undefined ? shown : `On demand: ${shown}`);
    },
  ],
  [
    'stats',
    async ({ line, client, terminal }) => {
      const statistics = readStatistics((await client.properties()).Statistics);
      if (line.json) printJson(terminal, { ...statistics, engine: statistics.engine ?? null });
      else terminal.out(formatStatistics(statistics, terminal.paint));
    },
  ],
  [
    'monitor',
    async ({ line, client, terminal }) => {
      await client.watch(new Monitor(terminal, line.json));
    },
  ],
]);

/** A loopback device's format is fixed while anybody reads it. */
function later(consumers: number): string {
  return consumers === 0 ? '' : ' (when no application reads the virtual camera any more)';
}

async function printState({ line, client, terminal }: CommandContext): Promise<void> {
  const values: PropertyValues = await client.properties();
  print(terminal, line, { State: values.State }, `${values.State}: ${stateWords(values.State).text}`);
}
