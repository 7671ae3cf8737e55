import type { VideoInfo } from '../video-probe.js';
import type { Focus, Size } from './background.js';
import { cutAt } from './still.js';

/** A video that has more pictures a second is shown at a half, a third ... of its rate. */
export const MAX_RATE = 30;
/** Between two pictures of a file with broken time stamps. */
const LONGEST_GAP_S = 10;

/** The rate that a video is shown at, pictures a second: its own, or an even part of it. */
export function shownRate({ frameRate }: Pick<VideoInfo, 'frameRate'>): number {
  const rate = frameRate.numerator / frameRate.denominator;
  // A little more than 30 counts as 30.
  return Math.max(1, rate / Math.ceil(rate / MAX_RATE - 0.01));
}

/** ffmpeg's filters for an even pace. */
export function pace(rate: number): string[] {
  // Stamps that are missing, run backwards or leap would stop the picture or flood the pipe.
  const period = `${(1 / rate).toFixed(6)}/TB`;
  const gap = `if(isnan(PTS-PREV_INPTS),${period},clip(PTS-PREV_INPTS,0,${LONGEST_GAP_S}/TB))`;
  return [`setpts='if(N,PREV_OUTPTS+${gap},0)'`, `fps=${rate.toFixed(4)}`];
}

/** ffmpeg's filters that scale to cover `size` and cut at the focus. */
export function cover(info: Size, { width, height }: Size, focus: Focus, colour: string): string[] {
  const scale = Math.max(width / info.width, height / info.height);
  const even = (value: number): number => Math.ceil((value * scale) / 2 - 0.01) * 2;
  const scaled = { width: Math.max(width, even(info.width)), height: Math.max(height, even(info.height)) };
  const x = cutAt(scaled.width, width, focus.x) & ~1;
  const y = cutAt(scaled.height, height, focus.y) & ~1;
  return [
    `scale=${scaled.width}:${scaled.height}:flags=bilinear${colour}`,
    `crop=${width}:${height}:${x}:${y}`,
  ];
}
