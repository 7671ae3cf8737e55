/** What a background costs beyond another: both in turns, in one run, at the pace of a camera. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pipeline } from '@backscrub/daemon/engine/pipeline.js';
import type { Look } from '@backscrub/daemon/shared/protocol.js';
import { Canvas, Frame } from '@backscrub/native';

const PERIOD_MS = 1000 / 30;
const TURNS = 3;
const WARM_UP_FRAMES = 30;
const FRAMES = 180;
/** Part of the frames that is left out on each side: the collector's, other people's. */
const TRIM = 0.1;
/** Of /proc/PID/stat (proc(5)); USER_HZ is 100 on every Linux. */
const TICK_MS = 10;

/** CPU milliseconds per frame. */
export interface BackgroundCost {
  readonly process: number;
  readonly child: number;
}

/** @param camera packed YUYV frames of the pipeline's size */
export async function backgroundCost(
  pipeline: Pipeline,
  camera: readonly Uint8Array[],
  look: Look,
  plain: Look,
): Promise<BackgroundCost> {
  const input = new Frame(pipeline.width, pipeline.height);
  const canvas = new Canvas(pipeline.width, pipeline.height);
  const run = async (frames: number): Promise<BackgroundCost> => {
    const costs: number[] = [];
    const child = childMilliseconds();
    let due = performance.now();
    for (let i = 0; i < frames; i++) {
      const before = process.cpuUsage();
      input.loadYuyv(camera[i % camera.length] as Uint8Array);
      await pipeline.process(input, canvas);
      due += PERIOD_MS;
      await delay(Math.max(0, due - performance.now()));
      const { user, system } = process.cpuUsage(before);
      costs.push((user + system) / 1000);
    }
    return { process: trimmedMean(costs), child: (childMilliseconds() - child) / frames };
  };
  const sum = { process: 0, child: 0 };
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [sign, shown] of [
      [-1, plain],
      [1, look],
    ] as const) {
      await pipeline.setLook(shown);
      await run(WARM_UP_FRAMES);
      const cost = await run(FRAMES);
      sum.process += (sign * cost.process) / TURNS;
      sum.child += (sign * cost.child) / TURNS;
    }
  }
  return sum;
}

function trimmedMean(values: number[]): number {
  values.sort((a, b) => a - b);
  const kept = values.slice(Math.floor(values.length * TRIM), Math.ceil(values.length * (1 - TRIM)));
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}

/** Processor time of the children that live now. */
function childMilliseconds(): number {
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      // The name, in parentheses, may hold anything.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(fields[1]) === process.pid) ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // gone since the list was made
    }
  }
  return ticks * TICK_MS;
}
