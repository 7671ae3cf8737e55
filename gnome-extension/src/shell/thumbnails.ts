import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import { isCancelled } from '../bus/call.js';
import type { BackscrubProxy } from '../generated/proxy.js';

/** Twice what the gallery shows, for screens of scale 2. */
const WIDTH = 160;

/**
 * Pictures of backgrounds as files, since that is what the shell's style sheets can show with round corners. They lie in
 * the user's runtime directory, which is memory and is emptied when the session ends.
 */
export class Thumbnails {
  private readonly directory: Gio.File;
  private readonly asked = new Map<string, Promise<string | undefined>>();

  constructor(private readonly cancellable: Gio.Cancellable) {
    this.directory = Gio.File.new_for_path(
      GLib.build_filenamev([GLib.get_user_runtime_dir(), 'backscrub-extension']),
    );
  }

  /** Path of a PNG file, asked for once for each background; undefined when there is none. */
  path(proxy: BackscrubProxy, background: string): Promise<string | undefined> {
    const known = this.asked.get(background);
    if (known !== undefined) return known;
    const fetched = this.fetch(proxy, background).catch((error) => {
      // Asked again the next time: the service may have been busy.
      this.asked.delete(background);
      if (!isCancelled(error)) console.debug(`Backscrub: no thumbnail of ${background}: ${error}`);
      return undefined;
    });
    this.asked.set(background, fetched);
    return fetched;
  }

  private async fetch(proxy: BackscrubProxy, background: string): Promise<string | undefined> {
    const png = await proxy.GetThumbnail(background, WIDTH, this.cancellable);
    // An id may hold anything; its checksum is a file name, and one that no style sheet misreads.
    const name = GLib.compute_checksum_for_string(GLib.ChecksumType.SHA256, background, -1);
    const file = this.directory.get_child(`${name}.png`);
    await this.makeDirectory();
    await new Promise<void>((resolve, reject) => {
      file.replace_contents_bytes_async(
        new GLib.Bytes(png),
        null,
        false,
        Gio.FileCreateFlags.REPLACE_DESTINATION,
        this.cancellable,
        (_source, result) => {
          try {
            file.replace_contents_finish(result);
            resolve();
          } catch (error) {
            reject(error);
          }
        },
      );
    });
    return file.get_path() ?? undefined;
  }

  private makeDirectory(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.directory.make_directory_async(GLib.PRIORITY_DEFAULT, this.cancellable, (_source, result) => {
        try {
          this.directory.make_directory_finish(result);
          resolve();
        } catch (error) {
          if (error instanceof Gio.IOErrorEnum && error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.EXISTS))
            resolve();
          else reject(error);
        }
      });
    });
  }
}
