/** The drawn scene upside down: the network sees the person the way they stand, and the room stays hidden. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Frame } from '@backscrub/native';
import { DEFAULT_MODEL } from '../shared/names.js';
import type { Look } from '../shared/protocol.js';
import { Pipeline } from './pipeline.js';
import { Scene } from './scene/scene.js';

const WIDTH = 640;
const HEIGHT = 360;
const PIXELS = WIDTH * HEIGHT;
const MASK: Look = { mode: 'mask', background: 'color:#000000', blurStrength: 50, effects: [] };
const FLIPPED: Look = { ...MASK, effects: ['flip'] };

describe('a person who is upside down in the picture', () => {
  const upright = new Frame(WIDTH, HEIGHT);
  const hanging = new Frame(WIDTH, HEIGHT);
  const output = new Frame(WIDTH, HEIGHT);
  const alpha = Buffer.alloc(PIXELS);
  let truth: Buffer;
  let turned: Buffer;

  const flip = (bytes: Buffer, row: number): Buffer => {
    const out = Buffer.alloc(bytes.length);
    for (let y = 0; y < HEIGHT; y++) bytes.copy(out, (HEIGHT - 1 - y) * row, y * row, (y + 1) * row);
    return out;
  };

  before(async () => {
    const { rgb, alpha: exact } = await new Scene(WIDTH, HEIGHT).compose(0);
    upright.loadRgb(rgb);
    hanging.loadRgb(flip(rgb, WIDTH * 3));
    truth = exact;
    turned = flip(exact, WIDTH);
  });

  const opened: Pipeline[] = [];
  after(() => Promise.all(opened.map((one) => one.close())));
  async function make(look: Look): Promise<Pipeline> {
    const pipeline = await Pipeline.create({ width: WIDTH, height: HEIGHT, model: DEFAULT_MODEL, look });
    opened.push(pipeline);
    return pipeline;
  }

  /** Of the room, and of the person, what the frame shows: 0 to 1. */
  async function shown(pipeline: Pipeline, frame: Frame, exact: Buffer) {
    await pipeline.process(frame, output);
    pipeline.storeAlpha(alpha);
    let [room, roomShown, person, personShown] = [0, 0, 0, 0];
    for (let i = 0; i < PIXELS; i++) {
      const a = (alpha[i] ?? 0) / 255;
      if (exact[i] === 0) {
        room++;
        roomShown += a;
      } else if (exact[i] === 255) {
        person++;
        personShown += a;
      }
    }
    return { room: roomShown / room, person: personShown / person };
  }

  it('a camera that hangs: as little of the room is shown as of one that stands, from the first frame on', async () => {
    const [standing, flipped] = [await make(MASK), await make(MASK)];
    for (let i = 0; i < 20; i++) {
      const a = await shown(standing, upright, truth);
      const b = await shown(flipped, hanging, turned);
      assert.ok(
        Math.abs(a.room - b.room) < 0.003,
        `room ${a.room} upright, ${b.room} upside down, frame ${i}`,
      );
      assert.ok(Math.abs(a.person - b.person) < 0.02, `person ${a.person} and ${b.person}, frame ${i}`);
    }
  });

  it('the effect flip on a camera that stands, from the first frame on and in mid-call', async () => {
    const pipeline = await make(FLIPPED);
    for (let i = 0; i < 20; i++) {
      const { room, person } = await shown(pipeline, upright, turned);
      assert.ok(room < 0.02 && person > 0.9, `room ${room}, person ${person}, frame ${i}`);
    }
    await pipeline.setLook(MASK);
    for (let i = 0; i < 20; i++) {
      const { room, person } = await shown(pipeline, upright, truth);
      assert.ok(room < 0.02 && person > 0.9, `room ${room}, person ${person}, turned back, frame ${i}`);
    }
  });

  it('a call that starts while they lean, either way up, loses nobody and hides the room', async () => {
    const [width, height] = [640, 480];
    const scene = new Scene(width, height);
    const [input, mask] = [new Frame(width, height), new Frame(width, height)];
    const plane = Buffer.alloc(width * height);
    for (const number of [72, 84, 93, 105]) {
      const { rgb, alpha: exact } = await scene.compose(number);
      input.loadRgb(rgb);
      for (const look of [MASK, FLIPPED]) {
        const pipeline = await Pipeline.create({ width, height, model: DEFAULT_MODEL, look });
        await pipeline.process(input, mask);
        pipeline.storeAlpha(plane);
        await pipeline.close();
        let [room, person, all] = [0, 0, 0];
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const truth = exact[(look === MASK ? y : height - 1 - y) * width + x] ?? 0;
            const seen = (plane[y * width + x] ?? 0) / 255;
            if (truth === 0) room += seen;
            if (truth === 255) {
              person += seen;
              all++;
            }
          }
        }
        const what = `frame ${number}, ${look.effects.join() || 'upright'}`;
        assert.ok(room < 0.02 * (width * height - all), `room ${room / (width * height - all)}, ${what}`);
        assert.ok(person > 0.9 * all, `person ${person / all}, ${what}`);
      }
    }
  });
});
