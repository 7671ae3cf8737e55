/** Property Statistics of the contract: its keys and types. */
import type { Variant } from '../../generated/contract.js';
import type { EngineStatistics } from '../../shared/protocol.js';
import type { OutputFormat } from './ports.js';

export interface ServiceStatistics {
  readonly format: OutputFormat;
  readonly onDemand: boolean;
  readonly engineStarts: number;
  readonly engineFailures: number;
}

export function toDictionary(
  service: ServiceStatistics,
  engine: EngineStatistics | undefined,
): Readonly<Record<string, Variant>> {
  const own = {
    width: { signature: 'u', value: service.format.width },
    height: { signature: 'u', value: service.format.height },
    'frame-rate': { signature: 'u', value: Math.round(service.format.frameRate) },
    'on-demand': { signature: 'b', value: service.onDemand },
    'engine-starts': { signature: 'u', value: service.engineStarts },
    'engine-failures': { signature: 'u', value: service.engineFailures },
  };
  if (!engine) return own;
  const stages = Object.entries(engine.stages).map(([stage, times]) => [
    stage,
    {
      'wall-median': times.wallMedian,
      'wall-p99': times.wallP99,
      'cpu-median': times.cpuMedian,
      'cpu-p99': times.cpuP99,
    },
  ]);
  return {
    ...own,
    frames: { signature: 't', value: BigInt(engine.frames) },
    dropped: { signature: 't', value: BigInt(engine.dropped) },
    'reused-mattes': { signature: 't', value: BigInt(engine.reusedMattes) },
    'frames-per-second': { signature: 'd', value: engine.framesPerSecond },
    'execution-provider': { signature: 's', value: engine.executionProvider },
    stages: { signature: 'a{sa{sd}}', value: Object.fromEntries(stages) },
  };
}
