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
 * an earlier session (v4l2loopback hands the newest ones out again, testbed/README). Only while nobody reads.
 */
const RING_WRITES = 32;
const SEARCH_MS = 3000;

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

  constructor(opener: VirtualCameraOpener, format: OutputFormat, clock: Clock, log: Log) {
    this.#opener = opener;
    this.#format = format;
    this.#clock = clock;
    this.#log = log;
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
    device.close();
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
    this.#search();
  }

  open(): void {
    if (this.#device) return;
    const device = this.#opener.open(this.format);
    try {
      device.keep(drawPlaceholder(this.format.width, this.format.height));
      // The node announces itself as a camera from the first picture on.
      device.writeKept();
    } catch (error) {
      device.close();
      throw error;
    }
    this.#device = device;
    this.#consumers = 0;
    this.#cancelSearch?.();
    this.#cancelSearch = undefined;
    this.#log('info', `virtual camera ${device.path}, ${nameOf(this.format)}`);
    this.#listener?.found();
    this.#onDemand = device.watchConsumers(
      (count) => this.#setConsumers(device, count),
      (error) => this.#lose(device, error),
    );
    const trouble = troubleOf(device, this.#onDemand);
    if (trouble) this.#log('warning', trouble.message);
    if (!this.#onDemand) this.#setConsumers(device, 1);
  }

  startPainting(): void {
    this.#painting = true;
    this.#writes = 0;
    this.#paint();
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
    if (!this.#painting) return;
    if (isNew) this.#paint();
    this.#schedule();
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
    } catch (error) {
      this.#lose(device, error);
    }
  }

  #lose(device: VirtualCameraDevice, error: unknown): void {
    if (device !== this.#device) return;
    this.stopPainting();
    this.#device = undefined;
    this.#consumers = 0;
    device.close();
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
