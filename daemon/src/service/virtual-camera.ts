/** Holds the virtual camera open for the life of the service and paints the placeholder when nobody else writes. */
import { type ErrorInfo, toErrorInfo } from '../shared/errors.js';
import type { Log } from '../shared/log.js';
import { drawPlaceholder } from './placeholder.js';
import type { Clock, OutputFormat, VirtualCameraListener, VirtualCameraPort } from './session/ports.js';
import { RELOAD, type VirtualCameraDevice, type VirtualCameraOpener } from './virtual-camera-device.js';

/** Ten a second: a new reader gets its first picture at once, and Chromium never waits the second after which it starts over. */
const PAINT_MS = 100;
/**
 * Writes that push every older picture out of the module's ring of buffers, so that the next reader cannot get one of
 * an earlier session (v4l2loopback hands the newest ones out again, testbed/README). While somebody reads only where the room
 * may be in them, since pictures that were not read yet are lost by it.
 */
const RING_WRITES = 32;
/** A picture that is not older than this is new to whoever comes. */
const RENEW_MS = 50;
const SEARCH_MS = 3000;
/** Longest time between two paintings before something is wrong. */
const SILENCE_MS = 2000;

export class VirtualCameraHolder implements VirtualCameraPort {
  #format: OutputFormat;
  readonly #opener: VirtualCameraOpener;
  readonly #clock: Clock;
  readonly #log: Log;
  #listener: VirtualCameraListener | undefined;
  #device: VirtualCameraDevice | undefined;
  #onDemand = true;
  /** Why another format could not be had. */
  #refusal: ErrorInfo | undefined;
  #consumers = 0;
  #painting = false;
  /** Writes since somebody else may have written. */
  #writes = 0;
  #cancelPaint: (() => void) | undefined;
  #cancelSearch: (() => void) | undefined;
  readonly #announce: () => void;
  /** The node has become a camera since it was last announced. */
  #unannounced = false;
  /** Time of the last write. */
  #written = 0;

  /** @param announce called when the node has become a camera and nobody reads it: programs that looked before did not see it */
  constructor(
    opener: VirtualCameraOpener,
    format: OutputFormat,
    clock: Clock,
    log: Log,
    announce: () => void = () => {},
  ) {
    this.#opener = opener;
    this.#format = format;
    this.#clock = clock;
    this.#log = log;
    this.#announce = announce;
  }

  get format(): OutputFormat {
    return this.#format;
  }

  get trouble(): ErrorInfo | undefined {
    return this.#device && (this.#refusal ?? troubleOf(this.#device, this.#onDemand));
  }

  get path(): string {
    return this.#device?.path ?? '';
  }

  get fd(): number | undefined {
    return this.#device?.fd;
  }

  get onDemand(): boolean {
    return this.#onDemand;
  }

  retry(): void {
    if (this.#listener && this.#cancelSearch) this.#search();
  }

  setFormat(format: OutputFormat): boolean {
    const old = this.#format;
    this.#format = format;
    this.#refusal = undefined;
    const device = this.#device;
    if (!device) return true;
    this.#cancelPaint?.();
    this.#cancelPaint = undefined;
    this.#device = undefined;
    this.#consumers = 0;
    this.#writes = 0;
    // As long as systemd keeps a copy, the old format cannot be changed.
    device.abandon();
    try {
      this.open();
      return true;
    } catch (error) {
      const reason = toErrorInfo(error).message;
      const message = `The virtual camera does not take ${nameOf(format)} (${reason}); it stays at ${nameOf(old)}.`;
      this.#log('warning', message);
      this.#format = old;
      this.#refusal = { code: 'Failed', message };
      this.#search();
      return false;
    }
  }

  begin(listener: VirtualCameraListener): void {
    this.#listener = listener;
    const device = this.#device;
    if (!device) this.#search();
    else {
      // Opened before anybody listened: what it had to tell is told now.
      listener.found();
      this.#setConsumers(device, this.#consumers);
    }
  }

  open(): void {
    if (this.#device) return;
    const device = this.#opener.open(this.format);
    try {
      device.keep(drawPlaceholder(this.format.width, this.format.height));
      // The node announces itself as a camera from the first picture on. What an earlier life left may show the room.
      const writes = device.resumed ? RING_WRITES : 1;
      for (let write = 0; write < writes; write++) device.writeKept();
    } catch (error) {
      device.abandon();
      throw error;
    }
    this.#device = device;
    this.#unannounced = !device.resumed;
    this.#consumers = 0;
    this.#cancelSearch?.();
    this.#cancelSearch = undefined;
    const origin = device.resumed ? ', as the service left it' : '';
    this.#log('info', `virtual camera ${device.path}, ${nameOf(this.format)}${origin}`);
    this.#listener?.found();
    // The listener may have chosen another format: this device is closed then, and the next one is watched.
    if (device !== this.#device) return;
    this.#onDemand = device.watchConsumers(
      (count) => this.#setConsumers(device, count),
      (error) => this.#lose(device, error),
    );
    const trouble = troubleOf(device, this.#onDemand);
    if (trouble) this.#log('warning', trouble.message);
    if (this.#onDemand) {
      device.watchOpening(() => this.#renew(device));
      return;
    }
    this.#setConsumers(device, 1);
    this.#announceNow();
  }

  /** What keeps readers from their pictures although they are this object's to paint; undefined when nothing does. */
  fault(): string | undefined {
    const late = this.#painting && this.#device !== undefined && this.#consumers > 0;
    const silence = this.#clock.now() - this.#written;
    return late && silence > SILENCE_MS ? 'the placeholder is not painted any more' : undefined;
  }

  startPainting(covers: boolean): void {
    this.#painting = true;
    this.#writes = 0;
    if (covers) this.#flushRing();
    else this.#paint();
    this.#schedule();
  }

  stopPainting(): void {
    this.#painting = false;
    this.#cancelPaint?.();
    this.#cancelPaint = undefined;
  }

  close(): void {
    this.#cancelSearch?.();
    this.#listener = undefined;
    if (this.#painting) this.#flushRing();
    this.stopPainting();
    this.#device?.close();
    this.#device = undefined;
  }

  #search(): void {
    this.#cancelSearch?.();
    this.#cancelSearch = undefined;
    try {
      this.open();
    } catch (error) {
      this.#listener?.lost(toErrorInfo(error));
      this.#cancelSearch = this.#clock.after(SEARCH_MS, () => this.#search());
    }
  }

  #setConsumers(device: VirtualCameraDevice, count: number): void {
    if (device !== this.#device) return;
    const isNew = count > 0 && this.#consumers === 0;
    this.#consumers = count;
    this.#listener?.consumers(count);
    if (count === 0) this.#announceNow();
    if (!this.#painting) return;
    if (isNew) this.#paint();
    this.#schedule();
  }

  /**
   * A new reader gets the picture that was written last, with the time of when it was written; recorders that go by the
   * pictures' times would take the rest for a part of the recording. So there is a new one before the stream starts.
   */
  #renew(device: VirtualCameraDevice): void {
    if (device !== this.#device || !this.#painting || this.#consumers > 0) return;
    // Whoever opens it a thousand times a second does not keep the service busy.
    if (this.#clock.now() - this.#written >= RENEW_MS) this.#paint();
  }

  #announceNow(): void {
    if (!this.#unannounced) return;
    this.#unannounced = false;
    this.#announce();
  }

  /** Paints on while somebody watches; otherwise fills the ring and rests. */
  #schedule(): void {
    if (!this.#painting || !this.#device) return;
    if (this.#consumers === 0) {
      this.#cancelPaint?.();
      this.#cancelPaint = undefined;
      this.#flushRing();
      return;
    }
    this.#cancelPaint ??= this.#clock.after(PAINT_MS, () => {
      this.#cancelPaint = undefined;
      this.#paint();
      this.#schedule();
    });
  }

  #flushRing(): void {
    while (this.#device && this.#writes < RING_WRITES) this.#paint();
  }

  #paint(): void {
    const device = this.#device;
    if (!device) return;
    try {
      device.writeKept();
      this.#writes++;
      this.#written = this.#clock.now();
    } catch (error) {
      this.#lose(device, error);
    }
  }

  #lose(device: VirtualCameraDevice, error: unknown): void {
    if (device !== this.#device) return;
    this.stopPainting();
    this.#device = undefined;
    this.#consumers = 0;
    device.abandon();
    const message = `The virtual camera is gone (${toErrorInfo(error).message}); the service looks for it again.`;
    this.#listener?.lost({ code: 'NoVirtualCamera', message });
    this.#cancelSearch ??= this.#clock.after(SEARCH_MS, () => this.#search());
  }
}

function nameOf({ width, height, frameRate }: OutputFormat): string {
  return `${width}x${height} at ${frameRate} frames per second`;
}

/** What is wrong with a device that works. */
function troubleOf(device: VirtualCameraDevice, counts: boolean): ErrorInfo | undefined {
  if (device.announcesOutput) {
    const message = `${device.path} announces itself as an output, too, so that browsers do not take it for a camera: v4l2loopback was loaded without exclusive_caps=1. End the applications that use it, stop the service and run: ${RELOAD}`;
    return { code: 'NoVirtualCamera', message };
  }
  if (counts) return undefined;
  const message =
    'This v4l2loopback does not tell about its readers (version 0.13 and later does): the camera stays on while the virtual one is enabled. Install a newer version, or use "backscrubctl stop" after a call.';
  return { code: 'Failed', message };
}
