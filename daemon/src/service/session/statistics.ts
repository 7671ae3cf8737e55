/** Property Statistics of the contract: its keys and types. */
import type { Variant } from '../../generated/contract.js';
import type { EngineStatistics } from '../../shared/protocol.js';
import type { OutputFormat } from './ports.js';

/**
 * @param engineStarts how often the engine was started
 * @param engineFailures how often that failed, or the engine afterwards
 * @param engine what it has told last; undefined when none runs
 */
export function toDictionary(
  format: OutputFormat,
  onDemand: boolean,
  engineStarts: number,
  engineFailures: number,
  engine: EngineStatistics | undefined,
): Record<string, Variant> {
  const own = {
    width: { signature: 'u', value: format.width },
    height: { signature: 'u', value: format.height },
    'frame-rate': { signature: 'u', value: Math.round(format.frameRate) },
    'on-demand': { signature: 'b', value: onDemand },
    'engine-starts': { signature: 'u', value: engineStarts },
    'engine-failures': { signature: 'u', value: engineFailures },
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
