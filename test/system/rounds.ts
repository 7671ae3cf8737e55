/**
 * How thorough a run is. Without a word it takes half an hour; BACKSCRUB_ROUNDS=50 tries each fault fifty times, with thousands of
 * starts, and takes an hour and a half.
 */
export const ROUNDS = Number(process.env['BACKSCRUB_ROUNDS'] ?? 2);
/** How long the streams of a call are watched. */
export const STREAM_SECONDS = ROUNDS < 10 ? 20 : 60;
