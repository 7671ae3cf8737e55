// Made by scripts/generate-dbus.mjs from dbus/org.backscrub.xml; edit that file and run `npm run generate`.
import type Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import { first, ProxyBase } from '../bus/proxy-base.js';

/** Every call is asynchronous and ends with Gio.IOErrorEnum.CANCELLED when its cancellable does. */
export class BackscrubProxy extends ProxyBase {
  async Start(cancellable: Gio.Cancellable | null): Promise<void> {
    await this.call('Start', null, cancellable);
  }

  async Stop(cancellable: Gio.Cancellable | null): Promise<void> {
    await this.call('Stop', null, cancellable);
  }

  async SetMode(mode: string, cancellable: Gio.Cancellable | null): Promise<void> {
    await this.call('SetMode', new GLib.Variant('(s)', [mode]), cancellable);
  }

  async SetBackground(background: string, cancellable: Gio.Cancellable | null): Promise<void> {
    await this.call('SetBackground', new GLib.Variant('(s)', [background]), cancellable);
  }

  async SetEffects(effects: readonly string[], cancellable: Gio.Cancellable | null): Promise<void> {
    await this.call('SetEffects', new GLib.Variant('(as)', [[...effects]]), cancellable);
  }

  async ImportBackground(
    name: string,
    data: Uint8Array,
    options: Readonly<Record<string, GLib.Variant>>,
    cancellable: Gio.Cancellable | null,
  ): Promise<string> {
    return first<string>(
      await this.call('ImportBackground', new GLib.Variant('(saya{sv})', [name, data, options]), cancellable),
    );
  }

  async RemoveBackground(background: string, cancellable: Gio.Cancellable | null): Promise<void> {
    await this.call('RemoveBackground', new GLib.Variant('(s)', [background]), cancellable);
  }

  async ListBackgrounds(
    cancellable: Gio.Cancellable | null,
  ): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return first<readonly Readonly<Record<string, unknown>>[]>(
      await this.call('ListBackgrounds', null, cancellable),
    );
  }

  async GetThumbnail(
    background: string,
    size: number,
    cancellable: Gio.Cancellable | null,
  ): Promise<Uint8Array> {
    return first<Uint8Array>(
      await this.call('GetThumbnail', new GLib.Variant('(su)', [background, size]), cancellable),
    );
  }

  async ListModels(
    cancellable: Gio.Cancellable | null,
  ): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return first<readonly Readonly<Record<string, unknown>>[]>(
      await this.call('ListModels', null, cancellable),
    );
  }

  async SetModel(model: string, cancellable: Gio.Cancellable | null): Promise<void> {
    await this.call('SetModel', new GLib.Variant('(s)', [model]), cancellable);
  }

  async ListCameras(
    cancellable: Gio.Cancellable | null,
  ): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return first<readonly Readonly<Record<string, unknown>>[]>(
      await this.call('ListCameras', null, cancellable),
    );
  }

  async SetCamera(camera: string, cancellable: Gio.Cancellable | null): Promise<void> {
    await this.call('SetCamera', new GLib.Variant('(s)', [camera]), cancellable);
  }

  async Snapshot(
    options: Readonly<Record<string, GLib.Variant>>,
    cancellable: Gio.Cancellable | null,
  ): Promise<Uint8Array> {
    return first<Uint8Array>(
      await this.call('Snapshot', new GLib.Variant('(a{sv})', [options]), cancellable),
    );
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get State(): string | undefined {
    return this.cached<string>('State');
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get Mode(): string | undefined {
    return this.cached<string>('Mode');
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get Modes(): readonly string[] | undefined {
    return this.cached<readonly string[]>('Modes');
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get Background(): string | undefined {
    return this.cached<string>('Background');
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get BlurStrength(): number | undefined {
    return this.cached<number>('BlurStrength');
  }

  async setBlurStrength(value: number, cancellable: Gio.Cancellable | null): Promise<void> {
    await this.write('BlurStrength', new GLib.Variant('u', value), cancellable);
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get Effects(): readonly string[] | undefined {
    return this.cached<readonly string[]>('Effects');
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get AvailableEffects(): readonly string[] | undefined {
    return this.cached<readonly string[]>('AvailableEffects');
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get CrossFade(): number | undefined {
    return this.cached<number>('CrossFade');
  }

  async setCrossFade(value: number, cancellable: Gio.Cancellable | null): Promise<void> {
    await this.write('CrossFade', new GLib.Variant('u', value), cancellable);
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get Model(): string | undefined {
    return this.cached<string>('Model');
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get OnDemand(): boolean | undefined {
    return this.cached<boolean>('OnDemand');
  }

  async setOnDemand(value: boolean, cancellable: Gio.Cancellable | null): Promise<void> {
    await this.write('OnDemand', new GLib.Variant('b', value), cancellable);
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get Resolution(): string | undefined {
    return this.cached<string>('Resolution');
  }

  async setResolution(value: string, cancellable: Gio.Cancellable | null): Promise<void> {
    await this.write('Resolution', new GLib.Variant('s', value), cancellable);
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get FrameRate(): number | undefined {
    return this.cached<number>('FrameRate');
  }

  async setFrameRate(value: number, cancellable: Gio.Cancellable | null): Promise<void> {
    await this.write('FrameRate', new GLib.Variant('u', value), cancellable);
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get VirtualCamera(): string | undefined {
    return this.cached<string>('VirtualCamera');
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get Camera(): string | undefined {
    return this.cached<string>('Camera');
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get Consumers(): number | undefined {
    return this.cached<number>('Consumers');
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get CameraInUse(): boolean | undefined {
    return this.cached<boolean>('CameraInUse');
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get LastError(): readonly [string, string] | undefined {
    return this.cached<readonly [string, string]>('LastError');
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get Statistics(): Readonly<Record<string, unknown>> | undefined {
    return this.cached<Readonly<Record<string, unknown>>>('Statistics');
  }

  /** Undefined while the service does not run, and when it is older than this property. */
  get Version(): string | undefined {
    return this.cached<string>('Version');
  }
}
