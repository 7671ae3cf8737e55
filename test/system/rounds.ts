/**
 * How thorough a run is. By default it takes half an hour; BACKSCRUB_ROUNDS=50 tries each fault fifty times, with thousands of
 * starts, and takes an hour and a half.
 */
export const ROUNDS = Number(process.env['BACKSCRUB_ROUNDS'] ?? 1);
const isThorough = ROUNDS >= 10;
/** How long the streams of a call are watched. */
export const STREAM_SECONDS = isThorough ? 60 : 10;
/** How often the look of a call changes by chance. */
export const SWITCHES = isThorough ? 200 : 80;
