/**
 * Matte quality on clips and stills with known alpha: runs the engine's own pipeline and the metrics tool, and prints a table.
 *   npm run bench:quality [-- --model NAME] [--crop follow|stretch] [--only TEXT] [--keep DIR] [--json]
 * NAME may be the path of a model file, or the name of one in $STATE_DIRECTORY/models.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Pipeline } from '@backscrub/daemon/engine/pipeline.js';
import { CROP_POLICIES } from '@backscrub/daemon/models/manifest.js';
import { DEFAULT_MODEL } from '@backscrub/daemon/shared/names.js';
import { Frame } from '@backscrub/native';
import { type DevItem, devItems, MatteWriter, readClip, readStill, sharedFolder } from './media.js';
import { compare, MEASURES, type Metrics, mean } from './metrics.js';

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: DEFAULT_MODEL },
    crop: { type: 'string' },
    only: { type: 'string', default: '' },
    keep: { type: 'string' },
    tune: { type: 'string', default: '{}' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const policy = CROP_POLICIES.find((one) => one === options.crop);

/** What a first release must reach, and what it aims at (means over the clips). */
const MUST = [11, 6.5, 0.952, 145, 24, 0.15, 1.8, 1.2, 12, 3.9, 2.1, 30];
const AIM = [9, 5, 0.96, 125, 20, 0.06, 0.8, 0.8, 8, 3.3, 1.5, 22];

async function matteOf(shared: string, item: DevItem, folder: string): Promise<string> {
  const path = join(shared, 'media/dev', item.file);
  const [width = 0, height = 0] = item.size.split('x').map(Number);
  const even = { width: width + (width % 2), height: height + (height % 2) };
  const look = { mode: 'mask', background: 'color:#000000', blurStrength: 50, effects: [] } as const;
  const clip = item.fps !== undefined;
  const still = !clip;
  const pipeline = await Pipeline.create({ ...even, model: options.model, look, crop: policy, still });
  pipeline.tune(JSON.parse(options.tune));
  const output = new Frame(even.width, even.height);
  const alpha = Buffer.alloc(even.width * even.height);
  const result = join(folder, `${basename(item.file).replace(/\.\w+$/, '')}.${clip ? 'mkv' : 'png'}`);
  const writer = new MatteWriter(result, width, height);
  const write = async (frame: Frame) => {
    await pipeline.process(frame, output);
    pipeline.storeAlpha(alpha);
    await writer.write(
      even.width === width ? alpha.subarray(0, width * height) : crop(alpha, even.width, width, height),
    );
  };
  if (clip) for await (const frame of readClip(path, width, height)) await write(frame);
  else await write((await readStill(path)).frame);
  await writer.close();
  await pipeline.close();
  return result;
}

function crop(bytes: Buffer, stride: number, width: number, height: number): Buffer {
  const out = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++) bytes.copy(out, y * width, y * stride, y * stride + width);
  return out;
}

function row(name: string, values: readonly number[]): string {
  return (
    name.padEnd(26) + values.map((v) => (Number.isNaN(v) ? '-' : v.toPrecision(3)).padStart(12)).join('')
  );
}

function table(rows: [string, Metrics][]): void {
  console.log(' '.repeat(26) + MEASURES.map((m) => m.padStart(12)).join(''));
  for (const [name, metrics] of rows)
    console.log(
      row(
        name,
        MEASURES.map((m) => metrics[m] ?? Number.NaN),
      ),
    );
}

if (options.help) {
  console.log('bench/quality [--model NAME] [--crop follow|stretch] [--only TEXT] [--keep DIR] [--json]');
  process.exit(0);
}
const shared = sharedFolder();
const folder = options.keep ?? (await mkdtemp(join(tmpdir(), 'backscrub-quality-')));
await mkdir(folder, { recursive: true });
const items = (await devItems(shared)).filter((item) => item.file.includes(options.only));
const results: [DevItem, Metrics][] = [];
for (const item of items) {
  process.stderr.write(`${item.file}\n`);
  const matte = await matteOf(shared, item, folder);
  results.push([item, await compare(shared, matte, join(shared, 'media/dev', item.alpha))]);
}
if (!options.keep) await rm(folder, { recursive: true });

if (options.json) {
  console.log(JSON.stringify(results.map(([item, metrics]) => ({ ...item, metrics }))));
} else {
  const clips = results.filter(([item]) => item.fps !== undefined);
  const stills = results.filter(([item]) => item.fps === undefined);
  const group = (text: string) => stills.filter(([item]) => item.gt.includes(text)).map(([, m]) => m);
  table(results.map(([item, metrics]) => [basename(item.file), metrics]));
  console.log();
  table([
    ['clips', mean(clips.map(([, m]) => m))],
    ['stills, exact', mean(group('exact'))],
    ['stills, by hand', mean([...group('hand-made'), ...group('semi-manual')])],
    ['stills, matting networks', mean(group('networks'))],
  ]);
  console.log(row('clips: must', MUST));
  console.log(row('clips: aim', AIM));
  console.log(
    'stills: must                exact MAD <= 7, IoU >= .965; by hand MAD <= 34; networks MAD <= 9, IoU >= .965',
  );
}
