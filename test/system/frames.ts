/** JPEG frames for guest/feeder.c, which sends them as they are. */

/** Splits a stream of JPEG pictures one after the other; 0xFF 0xD8 0xFF begins one (it cannot occur within one of ffmpeg's). */
export function splitJpegs(stream: Buffer): Buffer[] {
  const start = Buffer.from([0xff, 0xd8, 0xff]);
  const pictures: Buffer[] = [];
  let from = stream.indexOf(start);
  while (from >= 0) {
    const next = stream.indexOf(start, from + 3);
    pictures.push(stream.subarray(from, next < 0 ? stream.length : next));
    from = next;
  }
  return pictures;
}

/** The feeder's file: each frame with its length before it. */
export function packFrames(frames: readonly Buffer[]): Buffer {
  return Buffer.concat(
    frames.flatMap((frame) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(frame.length);
      return [length, frame];
    }),
  );
}

/** Every `every`-th frame ends after `share` of its bytes: a cable with a bad contact. */
export function truncateSome(frames: readonly Buffer[], every: number, share: number): Buffer[] {
  return frames.map((frame, index) =>
    index % every === every - 1 ? frame.subarray(0, Math.floor(frame.length * share)) : frame,
  );
}
