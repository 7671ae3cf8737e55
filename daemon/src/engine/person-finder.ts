import { type Frame, Matte, type MatteTuning, SETTLING, type Stopwatch } from '@backscrub/native';
import type { CropPolicy } from '../models/manifest.js';
import type { Segmenter } from '../models/segmenter.js';
import type { Box, Extent, Turn } from './box.js';
import { chooseViews } from './choose-box.js';
import {
  BORDER_REACH,
  type Crop,
  FollowCrop,
  type Pair,
  type Sighting,
  type View,
  WholeFrame,
} from './follow-crop.js';
import { loadSegmenter, type Pause } from './load-segmenter.js';
import { STAGE } from './stages.js';
import { type Doubt, WayUp } from './way-up.js';

export interface FinderOptions {
  /** Size of the frames, even numbers. */
  readonly width: number;
  readonly height: number;
  /** Model name or path. */
  readonly model: string;
  /** Where the model runs, see EXECUTION_PROVIDERS. */
  readonly provider: string;
  /** In place of what the model's manifest says; for bench/quality. */
  readonly crop?: CropPolicy | undefined;
}

/** How the network is shown a box. */
interface Shown extends Turn {
  readonly grey?: boolean;
}

/** Part of the lower one's height that may be set between two people for them to be looked at one by one. */
const MOST_IN_VALLEY = 0.6;

/** A model with all that belongs to it: the part of the frame it looks at, and the alpha plane made of what it says. */
export class PersonFinder {
  readonly matte: Matte;
  readonly #segmenter: Segmenter;
  readonly #newCrop: () => Crop;
  #crop: Crop;
  readonly #stopwatch: Stopwatch;
  readonly #nobody: Float32Array;
  /** Undefined before the first picture. */
  #orientation: Turn | undefined;
  #wayUp = new WayUp();
  #skipped = false;
  /** The map of the last run, which the next one overwrites. */
  #map: Float32Array;
  /** What that run has looked at. */
  #view: View;
  /** The map of an earlier run for this frame: the left one's where two people have a box each. */
  readonly #firstMap: Float32Array;
  /** That of the mirrored look, where a third one follows. */
  readonly #mirroredMap: Float32Array;
  readonly #bounds = new Float32Array(7);
  readonly #doubt = new Float32Array(4);
  readonly #column = new Float32Array(2);

  private constructor(
    { width, height, crop }: FinderOptions,
    segmenter: Segmenter,
    stopwatch: Stopwatch,
    /** Why another execution provider is at work than was asked for. */
    readonly warning: string | undefined,
  ) {
    const { mapWidth, mapHeight } = segmenter;
    const { input, crop: policy, states } = segmenter.manifest;
    this.#segmenter = segmenter;
    this.#stopwatch = stopwatch;
    this.matte = new Matte(width, height, mapWidth, mapHeight, input.width, input.height);
    this.#nobody = new Float32Array(mapWidth * mapHeight);
    this.#map = this.#nobody;
    this.#firstMap = new Float32Array(mapWidth * mapHeight);
    this.#mirroredMap = new Float32Array(mapWidth * mapHeight);
    this.#newCrop = () =>
      // What a model remembers belongs to the place that it has looked at.
      (crop ?? policy) === 'follow' && states.length === 0
        ? new FollowCrop(width, height, input.width / input.height)
        : new WholeFrame(width, height);
    this.#crop = this.#newCrop();
    this.#view = this.#crop.full;
  }

  /**
   * Loads and warms the model.
   * @param pause awaited before each step that blocks the event loop
   * @throws BackscrubError UnknownModel, BadModel
   */
  static async load(options: FinderOptions, stopwatch: Stopwatch, pause?: Pause): Promise<PersonFinder> {
    const { segmenter, warning } = await loadSegmenter(options.model, options.provider, pause);
    return new PersonFinder(options, segmenter, stopwatch, warning);
  }

  get model(): string {
    return this.#segmenter.manifest.name;
  }

  get executionProvider(): string {
    return this.#segmenter.executionProvider;
  }

  tune(tuning: MatteTuning): void {
    this.matte.tune(tuning);
  }

  /**
   * Looks where the model before found somebody. Until the matte has settled, what that one took for room is shown only
   * where this one goes on saying otherwise.
   */
  follow(before: PersonFinder): void {
    this.#crop.adopt(before.#crop);
    this.matte.follow(before.matte);
    this.#orientation = before.#orientation;
    this.#wayUp = before.#wayUp;
  }

  /** Says which way the pictures are turned from now on: when that changes, what is known of earlier ones is turned, too. */
  turn(orientation: Turn): void {
    const last = this.#orientation ?? orientation;
    this.#orientation = orientation;
    const mirror = orientation.mirror !== last.mirror;
    const flip = orientation.flip !== last.flip;
    if (!mirror && !flip) return;
    this.matte.turn(mirror, flip);
    // The network goes on seeing people the way they stand: for it nothing is turned upside down.
    this.#segmenter.turn(mirror, false);
    if (flip) this.#wayUp.turn();
    this.#crop.turn({ mirror, flip });
  }

  /** A frame goes by in which nobody is looked for: what is known of earlier ones is too old for the next one. */
  skip(): void {
    this.#skipped = true;
  }

  /** Forgets what earlier frames showed: the next one is of another scene. */
  reset(): void {
    this.#forget(true);
    this.#wayUp.reset();
  }

  /** @param changed see Matte.reset */
  #forget(changed: boolean): void {
    this.matte.reset(changed);
    this.#segmenter.reset();
    this.#crop = this.#newCrop();
  }

  /** Brings the alpha plane up to this frame. */
  async find(input: Frame): Promise<void> {
    const { matte } = this;
    if (this.#skipped) this.#forget(false);
    this.#skipped = false;
    matte.begin(input);
    const [one, other] = await chooseViews(this.#crop, {
      look: (view) => this.#look(input, view),
      pair: () => this.#pair(),
    });
    // What a model remembers of nobody is no help, and may be why it sees nobody: such as numbers that are none any more.
    if (one === undefined) this.#segmenter.reset();
    // Nobody: not even the specks that a network sees in an empty room.
    const { x, y, width, height } = (one ?? this.#crop.full).box;
    if (other === undefined) {
      if (one !== undefined && this.#mayLookAgain) await this.#agree(input, one.box);
      matte.update(input, one ? this.#map : this.#nobody, x, y, width, height);
      // The next person starts without a past.
      if (one === undefined) matte.reset();
    } else {
      const { box, from } = other;
      const second = [box.x, box.y, box.width, box.height] as const;
      matte.update(input, this.#firstMap, x, y, width, height, this.#map, ...second, from);
    }
    this.#stopwatch.lap(STAGE.matte);
  }

  async close(): Promise<void> {
    await this.#segmenter.close();
  }

  /** While the matte settles a frame gets more looks. The first one, for which a call may be waiting, does not. */
  get #mayLookAgain(): boolean {
    const { age } = this.matte;
    return age > 0 && age < SETTLING && this.#segmenter.manifest.states.length === 0;
  }

  /**
   * Looks at the mirrored box: a network is rarely wrong about the same place of a picture and of its mirror image. One that can
   * looks at that one without its colours, too: what it takes for an arm because of its colour is room there. At a start, where
   * more is shown than after a change, the mean of the three counts, otherwise the least.
   */
  async #agree(input: Frame, box: Box): Promise<void> {
    const { matte } = this;
    const { flip } = this.#wayUp;
    this.#firstMap.set(this.#map);
    await this.#run(input, box, { mirror: true, flip });
    const { greyLook } = this.#segmenter.manifest;
    if (matte.isChanged || !greyLook) matte.agree(this.#map, this.#firstMap);
    if (!greyLook) return;
    this.#mirroredMap.set(this.#map);
    await this.#run(input, box, { mirror: true, flip, grey: true });
    if (matte.isChanged) matte.agree(this.#map, this.#mirroredMap);
    else matte.agree(this.#map, this.#firstMap, this.#mirroredMap);
  }

  /** Runs the network on a box that is turned for it, and turns its map back. */
  async #run(input: Frame, box: Box, { mirror, flip, grey = false }: Shown, remember = true): Promise<void> {
    const segmenter = this.#segmenter;
    const { x, y, width, height } = box;
    this.matte.fillInput(input, segmenter.input, x, y, width, height, mirror, flip, grey);
    this.#stopwatch.lap(STAGE.input);
    this.#map = await segmenter.run(remember);
    if (mirror || flip) this.matte.turnMap(this.#map, mirror, flip);
    this.#stopwatch.lap(STAGE.inference);
  }

  /** After a look at the whole frame: where it leaves doubts, the other way up is tried. */
  async #findWayUp(input: Frame, box: Box): Promise<void> {
    const wayUp = this.#wayUp;
    const seen = this.#measureDoubt(wayUp.flip);
    if (!wayUp.wantsOther(seen)) return;
    this.#firstMap.set(this.#map);
    await this.#run(input, box, { mirror: false, flip: !wayUp.flip }, false);
    if (wayUp.decide(seen, this.#measureDoubt(!wayUp.flip))) {
      this.matte.reset(this.matte.age > 0);
      this.#segmenter.reset();
    } else {
      this.#map.set(this.#firstMap);
    }
  }

  /** @param flip whether the network saw the picture with top and bottom exchanged */
  #measureDoubt(flip: boolean): Doubt {
    this.matte.measureDoubt(this.#map, this.#doubt);
    const [person = 0, between = 0, top = 0, bottom = 0] = this.#doubt;
    return { person, between, top: flip ? bottom : top };
  }

  async #look(input: Frame, view: View): Promise<Sighting | undefined> {
    const segmenter = this.#segmenter;
    const { box, from, to } = view;
    await this.#run(input, box, { mirror: false, flip: this.#wayUp.flip });
    if (view === this.#crop.full) await this.#findWayUp(input, box);
    this.#view = view;
    const isLeft = to < this.#crop.full.to;
    if (isLeft) this.#firstMap.set(this.#map);
    if (!isLeft && from === 0) {
      const person = this.#extent(0, segmenter.mapWidth);
      return person && { ...person, across: 0 };
    }
    const { column, set } = this.#emptiest(isLeft ? to : from);
    const person = isLeft ? this.#extent(0, column) : this.#extent(column, segmenter.mapWidth);
    return person && { ...person, across: set };
  }

  /** Of the last look's map, in the columns `from` to `to`. */
  #extent(from: number, to: number): Extent | undefined {
    const { box } = this.#view;
    const bounds = this.#bounds;
    this.matte.measure(this.#map, bounds, from, to);
    const [left = 0, top = 0, right = 0, bottom = 0] = bounds;
    if (right <= left || bottom <= top) return undefined;
    return {
      left: box.x + left * box.width,
      top: box.y + top * box.height,
      right: box.x + right * box.width,
      bottom: box.y + bottom * box.height,
    };
  }

  /** The emptiest column of the last look's map near the border between two, and the part of it that is set. */
  #emptiest(border: number): { readonly column: number; readonly set: number } {
    const { mapWidth } = this.#segmenter;
    const { x, width } = this.#view.box;
    const at = (place: number) => clamp(Math.round(((place - x) / width) * mapWidth), 0, mapWidth);
    const middle = at(border);
    const reach = BORDER_REACH * this.#crop.full.to;
    const found = this.#column;
    this.matte.emptiest(this.#map, found, at(border - reach), at(border + reach), middle);
    return { column: found[0] ?? middle, set: found[1] ?? 1 };
  }

  /** After a look at all of somebody, who may be two. */
  #pair(): Pair | undefined {
    const [, , , , , valley = 0, inValley = 1] = this.#bounds;
    if (inValley > MOST_IN_VALLEY) return undefined;
    const { mapWidth } = this.#segmenter;
    const border = Math.round(valley * mapWidth);
    const left = this.#extent(0, border);
    const right = this.#extent(border, mapWidth);
    return left && right && [left, right];
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
