/**
 * How much of the room is shown while the matte settles: at the start, when the picture is turned, with another camera or
 * model. Clips with a true alpha plane, the engine's own pipeline.
 *   npm run bench:settling [-- --only CLIP] [--what TEXT] [--frames] [--every N]
 * With --every only starts are measured: one from every Nth frame on.
 */
import { parseArgs } from 'node:util';
import { meanLeak } from './leak.js';
import { devItems, sharedFolder } from './media.js';
import { drawClip, loadClip, runsOf, type Settling, settle, startsOf } from './settling-runs.js';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    what: { type: 'string', default: '' },
    tune: { type: 'string', default: '{}' },
    first: { type: 'boolean', default: false },
    frames: { type: 'boolean', default: false },
    every: { type: 'string' },
  },
});

const COLUMNS = ['shown', 'leak', 'toTheEdge', 'hole'] as const;

function figures({ name, first, rest }: Settling): string {
  const pairs = COLUMNS.map((key) => {
    const [a, b] = [first[key], rest[key]];
    const mark = key !== 'hole' && a > b ? '!' : ' ';
    return `${a.toFixed(3).padStart(8)}${b.toFixed(3).padStart(8)}${mark}`;
  });
  return name.padEnd(36) + pairs.join('');
}

const shared = sharedFolder();
const items = (await devItems(shared)).filter(({ fps }) => fps !== undefined);
const clips = [];
for (const item of items) clips.push(await loadClip(shared, item));
const tuning = JSON.parse(options.tune) as Record<string, number>;
console.log(' '.repeat(36) + COLUMNS.map((one) => `${one} first, rest`.padStart(17)).join(''));
for (const clip of clips.filter(({ name }) => name.includes(options.only))) {
  const same = clips.find((one) => one !== clip && one.width === clip.width);
  const other = same ?? (await drawClip(clip.width, clip.height, 30));
  const every = Number(options.every ?? 0);
  for (const [what, runs] of every > 0 ? startsOf(clip, every) : runsOf(clip, other)) {
    if (!what.includes(options.what)) continue;
    const all: Settling[] = [];
    for (const run of runs) all.push(await settle(run, tuning, options.first ? 15 : undefined));
    for (const one of all) {
      console.log(figures({ ...one, name: `  ${what} ${one.name}` }));
      if (options.frames)
        for (const key of COLUMNS)
          console.log(
            `    ${key}: ${one.frames
              .slice(0, 24)
              .map((frame) => frame[key].toFixed(2))
              .join(' ')}`,
          );
    }
    const holding = all.filter(({ first, rest }) => first.shown <= rest.shown && first.leak <= rest.leak);
    console.log(`${holding.length} of ${all.length} hold`);
    const mean = (part: 'first' | 'rest') => meanLeak(all.map((one) => one[part]));
    console.log(
      figures({ name: `${clip.name}, ${what}`, first: mean('first'), rest: mean('rest'), frames: [] }),
    );
  }
}
