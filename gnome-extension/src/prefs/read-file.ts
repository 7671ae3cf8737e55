import Gio from 'gi://Gio';
import type GLib from 'gi://GLib';

/** @returns the bytes of a file, or undefined when there are more than `largest` */
export async function readFile(
  file: Gio.File,
  largest: number,
  cancellable: Gio.Cancellable,
): Promise<Uint8Array | undefined> {
  const info = await new Promise<Gio.FileInfo>((resolve, reject) => {
    file.query_info_async(
      Gio.FILE_ATTRIBUTE_STANDARD_SIZE,
      Gio.FileQueryInfoFlags.NONE,
      0,
      cancellable,
      (_source, result) => settle(() => file.query_info_finish(result), resolve, reject),
    );
  });
  if (info.get_size() > largest) return undefined;
  const bytes = await new Promise<GLib.Bytes>((resolve, reject) => {
    file.load_bytes_async(cancellable, (_source, result) =>
      settle(() => file.load_bytes_finish(result)[0], resolve, reject),
    );
  });
  return bytes.get_data() ?? new Uint8Array();
}

function settle<Value>(
  finish: () => Value,
  resolve: (value: Value) => void,
  reject: (error: unknown) => void,
): void {
  try {
    resolve(finish());
  } catch (error) {
    reject(error);
  }
}
