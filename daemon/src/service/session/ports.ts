/** What the session needs of the world. Each has a real implementation and a fake in the tests. */
import type { ErrorInfo } from '../../shared/errors.js';
import type { EngineSetup, FromEngine, Look, ToEngine } from '../../shared/protocol.js';

export interface Clock {
  /** Calls once after so many milliseconds. @returns cancels it */
  after(milliseconds: number, callback: () => void): () => void;
  /** Milliseconds since any fixed moment. */
  now(): number;
}

/** The fixed format of the virtual camera. */
export type OutputFormat = EngineSetup['output'];

export interface VirtualCameraListener {
  /** The device is open and shows the placeholder. */
  found(): void;
  lost(error: ErrorInfo): void;
  /** How many applications read. */
  consumers(count: number): void;
}

/** The device that applications read, held open for the life of the service. */
export interface VirtualCameraPort {
  /** Path of its node, "" while there is none. */
  readonly path: string;
  readonly format: OutputFormat;
  /** The open descriptor, for the engine to inherit; undefined while there is no device. */
  readonly fd: number | undefined;
  /** Whether the module tells about consumers; if not, there always seems to be one. */
  readonly onDemand: boolean;
  /** What is not as it should be with a device that works. */
  readonly trouble: ErrorInfo | undefined;
  /** Looks for the device now, and every few seconds while there is none. Sets the listener's first news off. */
  begin(listener: VirtualCameraListener): void;
  /** Opens the device unless it is open. @throws BackscrubError NoVirtualCamera with the command that helps */
  open(): void;
  /** A device has come or gone: looks for ours at once, when it is not open. */
  retry(): void;
  /**
   * Opens the device anew with another format; only while nobody reads it and no engine has it.
   * @returns false when the device does not take it: then it has the old one, or the listener hears that it is lost
   */
  setFormat(format: OutputFormat): boolean;
  /**
   * Paints the placeholder at once, and again and again while somebody watches, until `stopPainting`.
   * @param covers when this returns, no buffer of the device has an older picture
   */
  startPainting(covers: boolean): void;
  /** When this returns, nothing writes to the device any more. */
  stopPainting(): void;
  close(): void;
}

export interface EngineListener {
  message(message: FromEngine): void;
  /** The process is reaped. Comes once for each start, and no message of that engine after it. */
  exited(how: string): void;
}

/** At most one engine process at a time. */
export interface EnginePort {
  begin(listener: EngineListener): void;
  /** @param outputFd descriptor that the engine writes to. Failure to start is told as an exit. */
  start(setup: EngineSetup, look: Look, outputFd: number): void;
  send(message: ToEngine): void;
  kill(): void;
}

/** Looks at files in a process of its own, since decoding is hostile-input work. */
export interface BackgroundCheck {
  /** @throws BackscrubError UnknownBackground or BadImage when this cannot be shown */
  check(background: string): Promise<void>;
  /**
   * Whether a path leads to a file that can be opened in time; it may lie on a file system that does not answer any more.
   * @throws BackscrubError UnknownBackground or BadImage
   */
  reach(path: string): Promise<void>;
}

/** What ListModels says of a model; see there. */
export interface ModelRow {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly source: string;
  readonly usable: boolean;
  readonly problem: string;
  readonly width: number;
  readonly height: number;
  readonly output: string;
  readonly crop: string;
}

/** What ListCameras says of a camera; see there. */
export interface CameraRow {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly usable: boolean;
  readonly problem: string;
  readonly sizes: readonly string[];
}

/** Looks at cameras in a process of its own: the service opens none. */
export interface CameraProbe {
  /** @param outputPath node of the virtual camera, which is none. @throws BackscrubError Failed */
  listCameras(outputPath: string): Promise<readonly CameraRow[]>;
  /** What a camera ("" = automatic) delivers for resolution and rate `auto`; undefined when there is none. */
  cameraFormat(camera: string, outputPath: string): Promise<OutputFormat | undefined>;
}

/** Tells when video devices have come or gone. */
export interface DeviceNews {
  begin(changed: () => void): void;
  close(): void;
}

/** Looks at models in a process of its own, since converting and running them is hostile-input work. */
export interface ModelCheck {
  /** @throws BackscrubError Failed */
  listModels(): Promise<readonly ModelRow[]>;
  /** Converts, loads and runs it once. @throws BackscrubError UnknownModel, BadModel, Failed */
  checkModel(name: string): Promise<void>;
}
