/**
 * How much of the old room shows at soft edges over a new background, with and without edge colours.
 *   npm run bench:halo [-- --only TEXT] [--model NAME] [--json]
 *
 * The error is the mean absolute difference of R, G and B (0 to 255) to the ideal composite, in the pixels where alpha is neither
 * 0 nor 1 (0.02 to 0.98), over black, white, red, green and blue. Three measures:
 *   exact     composed with the true alpha plane: the error is that of the colours alone
 *   colours   composed with our alpha plane, against the true colours under the same alpha plane, in its own soft pixels
 *   whole     composed with our alpha plane, against the ideal composite: errors of the matte included
 * Where the true colours come from is said in halo-cases.ts; what is the same everywhere: the ideal composite is made in RGB and
 * brought to 4:2:0 and back, as the picture that it is compared with.
 */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { Pipeline } from '@backscrub/daemon/engine/pipeline.js';
import { DEFAULT_MODEL } from '@backscrub/daemon/shared/names.js';
import { Frame, Matte } from '@backscrub/native';
import { clipCase, drawnCase, type HaloCase, over, recomposedCase } from './halo-cases.js';
import { devItems, sharedFolder } from './media.js';

const HELP = 'bench/halo [--only TEXT] [--model NAME] [--json]';

const BACKGROUNDS = {
  black: [0, 0, 0],
  white: [255, 255, 255],
  red: [255, 0, 0],
  green: [0, 255, 0],
  blue: [0, 0, 255],
} as const;
const MEASURES = ['exact', 'colours', 'whole'] as const;
type Measure = (typeof MEASURES)[number];

/** Alpha from here to there is soft. */
const SOFT = [5, 250] as const;

class Mean {
  #sum = 0;
  #count = 0;

  add(sum: number, count: number): void {
    this.#sum += sum;
    this.#count += count;
  }

  get value(): number {
    return this.#count === 0 ? Number.NaN : this.#sum / this.#count;
  }
}

type Errors = Record<Measure, { without: Mean; with: Mean }>;

function noErrors(): Errors {
  const pair = () => ({ without: new Mean(), with: new Mean() });
  return { exact: pair(), colours: pair(), whole: pair() };
}

/** Compares composites of one size; holds the frames that this needs. */
class Comparison {
  readonly #matte: Matte;
  readonly #background: Frame;
  readonly #composed: Frame;
  readonly #rgb: Buffer;
  readonly #wanted: Buffer;

  constructor(width: number, height: number) {
    this.#matte = new Matte(width, height, 1, 1);
    this.#background = new Frame(width, height);
    this.#composed = new Frame(width, height);
    this.#rgb = Buffer.alloc(width * height * 3);
    this.#wanted = Buffer.alloc(width * height * 3);
  }

  /** Adds the errors of `frame` composed with `alpha`, to the composite of the true colours with `trueAlpha`. */
  add(
    errors: Errors[Measure],
    frame: Frame,
    alpha: Buffer,
    foreground: Float32Array,
    trueAlpha: Buffer,
    counts: (pixel: number) => boolean,
  ): void {
    this.#matte.loadAlpha(alpha);
    for (const colour of Object.values(BACKGROUNDS)) {
      this.#background.loadRgb(this.#rgb.map((_, at) => colour[at % 3] as number));
      this.#composed.loadRgb(over(foreground, trueAlpha, (at) => colour[at % 3] as number));
      this.#composed.storeRgb(this.#wanted);
      for (const edgeColours of [false, true]) {
        this.#matte.compose(frame, this.#background, this.#composed, 0, edgeColours);
        this.#composed.storeRgb(this.#rgb);
        let sum = 0;
        let count = 0;
        for (let at = 0; at < this.#rgb.length; at++) {
          if (!counts(Math.floor(at / 3))) continue;
          sum += Math.abs((this.#rgb[at] as number) - (this.#wanted[at] as number));
          count++;
        }
        errors[edgeColours ? 'with' : 'without'].add(sum, count);
      }
    }
  }
}

async function measure(item: HaloCase, model: string): Promise<Errors> {
  const { width, height } = item;
  const look = { mode: 'replace', background: 'color:#000000', blurStrength: 50, effects: [] } as const;
  const pipeline = await Pipeline.create({ width, height, model, look });
  const comparison = new Comparison(width, height);
  const output = new Frame(width, height);
  const own = Buffer.alloc(width * height);
  const errors = noErrors();
  for await (const { frame, truth } of item.frames()) {
    await pipeline.process(frame, output);
    if (!truth) continue;
    const { alpha, foreground } = truth;
    pipeline.storeAlpha(own);
    const soft = (plane: Buffer) => (pixel: number) =>
      (plane[pixel] as number) >= SOFT[0] && (plane[pixel] as number) <= SOFT[1];
    const [softTruth, softOwn] = [soft(alpha), soft(own)];
    comparison.add(errors.exact, frame, alpha, foreground, alpha, softTruth);
    // Without the person there, there is no true colour of theirs.
    const there = (pixel: number) => softOwn(pixel) && (alpha[pixel] as number) >= SOFT[0];
    comparison.add(errors.colours, frame, own, foreground, own, there);
    comparison.add(errors.whole, frame, own, foreground, alpha, softTruth);
  }
  await pipeline.close();
  return errors;
}

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    model: { type: 'string', default: DEFAULT_MODEL },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(HELP);
  process.exit(0);
}
const shared = sharedFolder();
const clips = (await devItems(shared)).filter((item) => item.fps !== undefined && item.gt.includes('exact'));
const nameOf = (file: string) => basename(file).replace(/\.\w+$/, '');
const cases = [
  ...clips.map((item) => clipCase(shared, item, `${nameOf(item.file)}, as it is`)),
  ...clips.map((item) => recomposedCase(shared, item, `${nameOf(item.file)}, other room`)),
  drawnCase(640, 480, 'drawn scene, 640x480'),
  drawnCase(1280, 720, 'drawn scene, 1280x720'),
].filter(({ name }) => name.includes(options.only));

const rows: Record<string, unknown>[] = [];
if (!options.json) {
  console.log(''.padEnd(32) + MEASURES.map((name) => name.padStart(22)).join(''));
  console.log(''.padEnd(32) + MEASURES.map(() => 'without  with   less'.padStart(22)).join(''));
}
for (const item of cases) {
  const errors = await measure(item, options.model);
  const cells = MEASURES.map((name) => {
    const { without, with: after } = errors[name];
    const less = 100 * (1 - after.value / without.value);
    return { name, without: without.value, with: after.value, less };
  });
  rows.push({ case: item.name, ...Object.fromEntries(cells.map(({ name, ...cell }) => [name, cell])) });
  if (options.json) continue;
  const text = cells.map(
    (cell) =>
      `${cell.without.toFixed(1)} ${cell.with.toFixed(1).padStart(5)} ${cell.less.toFixed(0).padStart(4)} %`,
  );
  console.log(item.name.padEnd(32) + text.map((one) => one.padStart(22)).join(''));
}
if (options.json) console.log(JSON.stringify(rows));
