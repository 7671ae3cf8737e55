import { binding } from './binding.js';

/** Milliseconds over the last 512 frames. */
export interface StageSummary {
  wallMedian: number;
  wallP99: number;
  cpuMedian: number;
  cpuP99: number;
}

/** Books what each stage of a frame costs, in wall time and in CPU time of this thread (CLOCK_THREAD_CPUTIME_ID). */
export interface Stopwatch {
  start(): void;
  /** Books the time since the last start or lap. */
  lap(stage: number): void;
  finish(): void;
  /** One stage, or the whole frame when `stage` is the number of stages. */
  summarise(stage: number): StageSummary;
}

interface StopwatchBinding {
  Stopwatch: new (stages: number) => Stopwatch;
}

export const Stopwatch = (binding as StopwatchBinding).Stopwatch;
