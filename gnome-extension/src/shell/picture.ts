import type Clutter from 'gi://Clutter';
import GdkPixbuf from 'gi://GdkPixbuf';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import { roundCorners } from '../view/round-corners.js';
import { imageContent } from './compat.js';

/** As the gallery's cells are shaped; what is higher or wider loses what stands over. */
const ASPECT = 16 / 9;

/** Of the picture's width: 6 pixels of 71. */
const RADIUS = 6 / 71;

/**
 * What an actor shows of a PNG file: its middle, with round corners. Decoded by a thread of the library; a picture of the
 * style sheet would be decoded, cut out and drawn by the shell's main loop in the middle of painting a frame.
 * @throws GLib.Error for what is no picture, and when cancelled
 */
export async function decodePicture(png: Uint8Array, cancellable: Gio.Cancellable): Promise<Clutter.Content> {
  const whole = await decode(png, cancellable);
  const width = Math.min(whole.get_width(), Math.round(whole.get_height() * ASPECT));
  const height = Math.min(whole.get_height(), Math.round(width / ASPECT));
  const left = Math.floor((whole.get_width() - width) / 2);
  const top = Math.floor((whole.get_height() - height) / 2);
  return rounded(whole.new_subpixbuf(left, top, width, height));
}

/** The same of one colour. @param color `#rrggbb` */
export function colorPicture(color: string): Clutter.Content {
  const pixbuf = GdkPixbuf.Pixbuf['new'](GdkPixbuf.Colorspace.RGB, false, 8, 160, 90);
  if (pixbuf === null) throw new Error('no memory for a picture');
  pixbuf.fill(Number.parseInt(`${color.slice(1)}ff`, 16));
  return rounded(pixbuf);
}

function rounded(pixbuf: GdkPixbuf.Pixbuf): Clutter.Content {
  const opaque = pixbuf.add_alpha(false, 0, 0, 0);
  if (opaque === null) throw new Error('no memory for a picture');
  const pixels = {
    data: opaque.read_pixel_bytes().toArray().slice(),
    width: opaque.get_width(),
    height: opaque.get_height(),
    rowStride: opaque.get_rowstride(),
  };
  roundCorners(pixels, pixels.width * RADIUS);
  return imageContent(pixels);
}

function decode(png: Uint8Array, cancellable: Gio.Cancellable): Promise<GdkPixbuf.Pixbuf> {
  const stream = Gio.MemoryInputStream.new_from_bytes(new GLib.Bytes(png));
  return new Promise((resolve, reject) => {
    GdkPixbuf.Pixbuf.new_from_stream_async(stream, cancellable, (_source, result) => {
      try {
        const pixbuf = GdkPixbuf.Pixbuf.new_from_stream_finish(result);
        if (pixbuf === null) throw new Error('no picture');
        resolve(pixbuf);
      } catch (error) {
        reject(error);
      }
    });
  });
}
