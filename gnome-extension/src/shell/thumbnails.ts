import type Clutter from 'gi://Clutter';
import type Gio from 'gi://Gio';
import { isCancelled } from '../bus/call.js';
import type { BackscrubProxy } from '../generated/proxy.js';
import type { GalleryChoice } from '../view/menu.js';
import { THUMBNAILS_AT_ONCE, Turns } from '../view/turns.js';
import { colorPicture, decodePicture } from './picture.js';

/** Twice what the gallery shows, for screens of scale 2. */
const WIDTH = 160;

/** Pictures of backgrounds, each asked for and decoded once. */
export class Thumbnails {
  private readonly asked = new Map<string, Promise<Clutter.Content | undefined>>();
  private readonly turns = new Turns(THUMBNAILS_AT_ONCE);

  constructor(private readonly cancellable: Gio.Cancellable) {}

  /** Undefined when there is none. */
  async picture(
    { id, color, hasThumbnail }: GalleryChoice,
    proxy: BackscrubProxy | undefined,
  ): Promise<Clutter.Content | undefined> {
    if (color !== null) return colorPicture(color);
    if (!hasThumbnail || proxy === undefined) return undefined;
    const known = this.asked.get(id);
    if (known !== undefined) return await known;
    const fetched = this.fetch(proxy, id).catch((error) => {
      // Asked again the next time: the service may have been busy.
      this.asked.delete(id);
      if (!isCancelled(error)) console.debug(`Backscrub: no thumbnail of ${id}: ${error}`);
      return undefined;
    });
    this.asked.set(id, fetched);
    return await fetched;
  }

  private async fetch(proxy: BackscrubProxy, background: string): Promise<Clutter.Content> {
    const png = await this.turns.take(() => proxy.GetThumbnail(background, WIDTH, this.cancellable));
    return await decodePicture(png, this.cancellable);
  }
}
