/**
 * The private channel between service and engine (lines of JSON, as Node's fork has them; service/engine-process.ts). The service
 * holds the virtual camera; the engine inherits its descriptor and writes to it only between `granted` and the moment it releases,
 * stops or dies, so there are never two writers. Whoever reads a message checks it: a type that it does not know is ignored.
 */
import type { ErrorInfo } from './errors.js';
import type { Mode } from './names.js';

/** What the user chose; the engine applies a new one whole, between two frames. */
export interface Look {
  readonly mode: Mode;
  /** See parseBackgroundSpec; an id is looked up by the engine. */
  readonly background: string;
  /** Milliseconds in which one background fades into the next; 0 or absent: at once. */
  readonly crossFade?: number;
  /** 0 to 100. */
  readonly blurStrength: number;
  /** Names from EFFECTS, in the order in which they are applied. */
  readonly effects: readonly string[];
}

/** Fixed for the life of an engine. */
export interface EngineSetup {
  /**
   * Stable id of the wanted camera, "" = automatic; while the wanted one is not there another is used. A /dev path is taken
   * at its word: that node or none.
   */
  readonly camera: string;
  /** The model to begin with, by name. */
  readonly model: string;
  /** Where models run, see EXECUTION_PROVIDERS; one that is not there is stood in for by `cpu`. */
  readonly provider: string;
  /** The virtual camera's fixed format: even width and height in pixels, frames per second. */
  readonly output: { readonly width: number; readonly height: number; readonly frameRate: number };
  /** The virtual camera's own node, which is never taken as a camera. */
  readonly outputPath: string;
}

export interface SnapshotOptions {
  /** The longer side in pixels; 0 = as large as the frame. */
  readonly size: number;
  /** 1 to 100, as libjpeg means it. */
  readonly quality: number;
}

export type ToEngine =
  /** Sent once, first; an engine of another version than the service's answers `failed`. */
  | { readonly type: 'setup'; readonly version: string; readonly setup: EngineSetup; readonly look: Look }
  /**
   * Answered by `look-applied` or `look-refused` with the same serial; a refused one leaves the old look in place. One that hides
   * the room (shared/reveals-room.ts) takes effect before anything is waited for when the one at work shows it, and refuses one
   * with the room that is still being prepared; once it is answered, neither the virtual camera nor a snapshot shows the room. What
   * is wrong with its background is told later, by a `look-refused` of serial 0.
   */
  | { readonly type: 'look'; readonly serial: number; readonly look: Look }
  /** Answered by `model-applied` or `model-refused` with the same serial; a refused one leaves the old model at work. */
  | { readonly type: 'model'; readonly serial: number; readonly model: string }
  /** Answered by `camera-applied` or `camera-refused` with the same serial; a refused one leaves the old camera in use. */
  | { readonly type: 'camera'; readonly serial: number; readonly camera: string }
  /** Video devices have come or gone: the wanted camera may be among them. */
  | { readonly type: 'cameras-changed' }
  /** Answered by `snapshot` or `snapshot-refused` with the same serial. */
  | ({ readonly type: 'snapshot'; readonly serial: number } & SnapshotOptions)
  /** The service has stopped painting: the engine may write from now on. Answers the `ready` of the same serial. */
  | { readonly type: 'granted'; readonly serial: number }
  /** Close the camera and exit with status 0. */
  | { readonly type: 'stop' };

/** Milliseconds over the frames of the last window. */
export interface StageStatistics {
  readonly wallMedian: number;
  readonly wallP99: number;
  readonly cpuMedian: number;
  readonly cpuP99: number;
}

export interface EngineStatistics {
  readonly frames: number;
  /** Camera frames that were passed over because a newer one was there. */
  readonly dropped: number;
  /** Frames composed with the matte of an earlier frame. */
  readonly reusedMattes: number;
  readonly framesPerSecond: number;
  /** By stage, in the order of the frame's way; `frame` is the sum. */
  readonly stages: Readonly<Record<string, StageStatistics>>;
  readonly executionProvider: string;
}

export type FromEngine =
  /** About once a second until models and backgrounds are loaded, or a default stands in for them: the sign of life before frames. */
  | { readonly type: 'loading' }
  /** The camera is open or closed, seen from the kernel; id and name "" when closed. */
  | { readonly type: 'camera'; readonly inUse: boolean; readonly id: string; readonly name: string }
  /**
   * The first composed frame is there: may I write? Each question has a new serial, so that an answer which crosses a
   * `released` on its way is not taken for the answer to a later question.
   */
  | { readonly type: 'ready'; readonly serial: number }
  /** The engine has stopped writing (camera gone) and tries again by itself; it will say `ready` when it has a frame. */
  | { readonly type: 'released'; readonly error: ErrorInfo }
  | { readonly type: 'look-applied'; readonly serial: number }
  | { readonly type: 'look-refused'; readonly serial: number; readonly error: ErrorInfo }
  /** The next frame is made with the new model. */
  | { readonly type: 'model-applied'; readonly serial: number }
  | { readonly type: 'model-refused'; readonly serial: number; readonly error: ErrorInfo }
  | { readonly type: 'camera-applied'; readonly serial: number }
  | { readonly type: 'camera-refused'; readonly serial: number; readonly error: ErrorInfo }
  /** The last composed frame as JPEG, in base64. */
  | { readonly type: 'snapshot'; readonly serial: number; readonly jpeg: string }
  | { readonly type: 'snapshot-refused'; readonly serial: number; readonly error: ErrorInfo }
  /** About once a second while frames flow; also the sign of life. */
  | { readonly type: 'statistics'; readonly statistics: EngineStatistics }
  /** Cannot go on at all; the process exits after it. */
  | { readonly type: 'failed'; readonly error: ErrorInfo };
