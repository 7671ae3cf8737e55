import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { binding } from './binding.js';
import { DeviceError } from './device-error.js';
import type { VideoFormat } from './modes.js';

/** A video node of the kernel. */
export interface VideoDevice {
  readonly path: string;
  /**
   * Names the same camera after a restart and in another USB port order: the udev link's name (model and serial
   * number) where there is one, else driver, bus, card and the node's index in its device.
   */
  readonly id: string;
  /** The card's name, for people. */
  readonly name: string;
  readonly driver: string;
  readonly busInfo: string;
  /** Whether frames can be taken from it (single-planar streaming). */
  readonly capture: boolean;
  /** Whether frames can be written to it. */
  readonly output: boolean;
  readonly formats: readonly VideoFormat[];
  /** Why the node could not be asked; then only path, id and name are known. */
  readonly error?: DeviceError;
}

interface DeviceAnswer {
  readonly name: string;
  readonly driver: string;
  readonly busInfo: string;
  readonly capture: boolean;
  readonly output: boolean;
  readonly formats: readonly VideoFormat[];
}

interface DeviceBinding {
  queryDevice(path: string, withFormats: boolean): DeviceAnswer;
}

const SYSFS = '/sys/class/video4linux';
const BY_ID = '/dev/v4l/by-id';
/** What QUERYCAP says for every node of the module. */
export const LOOPBACK_DRIVER = 'v4l2 loopback';
/** The card label of our own node. */
const OWN_LABEL = 'Backscrub';
/** The module's own label for nodes that nobody named. */
const UNNAMED_LABEL = 'Dummy video device';

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Node name ("video0") to the name of udev's stable link. */
function stableLinks(): Map<string, string> {
  const links = new Map<string, string>();
  for (const name of namesIn(BY_ID).sort()) {
    try {
      links.set(basename(readlinkSync(join(BY_ID, name))), name);
    } catch {
      // gone since the folder was read
    }
  }
  return links;
}

function nodeNames(): string[] {
  const nodes = namesIn(SYSFS).filter((name) => /^video\d+$/.test(name));
  return nodes.sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
}

function describe(node: string, link: string | undefined, withFormats: boolean): VideoDevice {
  const path = `/dev/${node}`;
  const index = readText(join(SYSFS, node, 'index'));
  try {
    const answer = (binding as DeviceBinding).queryDevice(path, withFormats);
    const parts = [answer.driver, answer.busInfo, answer.name, index];
    return { path, id: link ?? parts.join('|'), ...answer };
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    const name = readText(join(SYSFS, node, 'name'));
    const nothing = { driver: '', busInfo: '', capture: false, output: false, formats: [] };
    return { path, id: link ?? ['', '', name, index].join('|'), name, ...nothing, error };
  }
}

/**
 * Every /dev/videoN with what it can do. Opens each for a moment; no camera streams or lights its LED.
 * Nodes that cannot be opened are listed with their `error`.
 */
export function listVideoDevices(): VideoDevice[] {
  const links = stableLinks();
  return nodeNames().map((node) => describe(node, links.get(node), true));
}

/** One node, without its formats; see listVideoDevices. */
export function describeVideoDevice(path: string): VideoDevice {
  const node = basename(path);
  return describe(node, stableLinks().get(node), false);
}

/**
 * The v4l2loopback node with this card label; for want of it, a loopback node that nobody named. Nodes that others
 * named ("OBS Virtual Camera") are left to their owners.
 */
export function findVirtualCamera(label: string = OWN_LABEL): VideoDevice | undefined {
  // The node's name in sysfs is the card label: no need to open (and so wake) real cameras.
  const named = nodeNames().map((node) => ({ node, name: readText(join(SYSFS, node, 'name')) }));
  const exact = named.filter(({ name }) => name === label);
  const unnamed = named.filter(({ name }) => name.startsWith(UNNAMED_LABEL));
  const links = stableLinks();
  for (const { node } of [...exact, ...unnamed]) {
    const device = describe(node, links.get(node), false);
    if (device.driver === LOOPBACK_DRIVER) return device;
  }
  return undefined;
}

/** The loaded v4l2loopback module's version ("0.15.0"), undefined when it is not loaded. */
export function moduleVersion(): string | undefined {
  return readText('/sys/module/v4l2loopback/version') || undefined;
}
