import type { PropertyValues } from '../generated/contract.js';
import type { EngineStatistics, StageStatistics } from '../shared/protocol.js';
import type { Painter } from './terminal.js';
import { count, printable, table } from './text.js';
import { plainValue } from './values.js';

export interface ServiceStatistics {
  /** Whether the loopback module tells about its readers. */
  readonly onDemand: boolean;
  readonly engineStarts: number;
  readonly engineFailures: number;
  /** Undefined while no engine runs. */
  readonly engine: EngineStatistics | undefined;
}

/** Reads the dictionary of the property Statistics; keys that are not there count as 0. */
export function readStatistics(statistics: PropertyValues['Statistics']): ServiceStatistics {
  const values = record(plainValue(statistics));
  const number = (key: string) => numberOf(values[key]);
  const engine: EngineStatistics | undefined =
    values['stages'] === undefined
      ? undefined
      : {
          frames: number('frames'),
          dropped: number('dropped'),
          reusedMattes: number('reused-mattes'),
          framesPerSecond: number('frames-per-second'),
          executionProvider: String(values['execution-provider'] ?? ''),
          stages: Object.fromEntries(
            Object.entries(record(values['stages'])).map(([stage, figures]) => [
              stage,
              readStage(record(figures)),
            ]),
          ),
        };
  return {
    onDemand: values['on-demand'] !== false,
    engineStarts: number('engine-starts'),
    engineFailures: number('engine-failures'),
    engine,
  };
}

function readStage(figures: Readonly<Record<string, unknown>>): StageStatistics {
  return {
    wallMedian: numberOf(figures['wall-median']),
    wallP99: numberOf(figures['wall-p99']),
    cpuMedian: numberOf(figures['cpu-median']),
    cpuP99: numberOf(figures['cpu-p99']),
  };
}

/** What `backscrubctl stats` prints. */
export function formatStatistics(statistics: ServiceStatistics, paint: Painter): string {
  const { engine, engineStarts, engineFailures } = statistics;
  const lines: string[] = [];
  if (engine === undefined) {
    lines.push('There are no figures: no application watches the virtual camera just now.');
  } else {
    lines.push(
      `${engine.framesPerSecond.toFixed(1)} frames per second over the last ${count(engine.frames, 'frame')}`,
      `${engine.dropped} dropped, ${engine.reusedMattes} with an older matte`,
    );
    if (engine.executionProvider !== '')
      lines.push(`Inference runs on: ${printable(engine.executionProvider)}`);
    lines.push('', formatStages(engine.stages, paint), '');
  }
  lines.push(
    `Engine: ${count(engineStarts, 'start')}, ${count(engineFailures, 'failure')} since the service started`,
  );
  if (!statistics.onDemand) {
    lines.push(
      'The v4l2loopback module is older than 0.13 and does not tell who watches: the camera stays on.',
    );
  }
  return `${lines.join('\n')}\n`;
}

/** The stages of a frame, milliseconds. */
export function formatStages(stages: EngineStatistics['stages'], paint: Painter): string {
  const rows = Object.entries(stages).map(([stage, { wallMedian, wallP99, cpuMedian, cpuP99 }]) => [
    printable(stage),
    ...[wallMedian, wallP99, cpuMedian, cpuP99].map((value) => value.toFixed(2)),
  ]);
  const [head, ...body] = table([['ms per frame', 'wall', '99 %', 'CPU', '99 %'], ...rows]).split('\n');
  return [paint('bold', head ?? ''), ...body].join('\n');
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
