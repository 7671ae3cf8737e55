import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import { BackscrubProxy } from '../generated/proxy.js';
import { PROPERTY_NAMES, type PropertyName, type PropertyValues } from '../generated/values.js';
import {
  type BackgroundRow,
  type BusState,
  backgroundRows,
  type CameraRow,
  cameraRows,
  NOTHING_KNOWN,
} from '../view/bus-state.js';
import { BUS_NAME, CONTROL_ACTION, INTERFACE, OBJECT_PATH } from '../view/names.js';
import { callBus, isCancelled } from './call.js';
import { Permission } from './permission.js';

const DBUS = {
  name: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};

/**
 * The service as the rest of the extension sees it: one `state` that is replaced as a whole, and a proxy for what people
 * click. `changed` is called after every change; nothing is called any more after `stop`.
 */
export class Service {
  state: BusState = NOTHING_KNOWN;
  readonly cancellable = new Gio.Cancellable();
  private gioProxy: Gio.DBusProxy | undefined;
  private typedProxy: BackscrubProxy | undefined;
  private handlers: number[] = [];
  private nameHandler = 0;
  private readonly permission = new Permission(() => this.sync());
  private installed = false;
  private values: Partial<PropertyValues> = {};
  private members: ReadonlySet<string> = new Set();
  private backgrounds: readonly BackgroundRow[] | undefined;
  private cameras: readonly CameraRow[] | undefined;

  constructor(
    private readonly connection: Gio.DBusConnection,
    private readonly changed: () => void,
  ) {}

  /** Undefined until the bus has answered for the first time. */
  get proxy(): BackscrubProxy | undefined {
    return this.typedProxy;
  }

  async start(): Promise<void> {
    try {
      const proxy = await this.makeProxy();
      if (this.cancellable.is_cancelled()) return;
      this.gioProxy = proxy;
      this.typedProxy = new BackscrubProxy(proxy);
      this.handlers = [
        proxy.connect('g-properties-changed', () => {
          this.values = this.properties();
          this.sync();
        }),
        proxy.connect('notify::g-name-owner', () => void this.ownerChanged()),
      ];
      // Installing or removing the package while we look is what this signal tells.
      this.nameHandler = this.connection.signal_subscribe(
        DBUS.name,
        DBUS.interface,
        'ActivatableServicesChanged',
        DBUS.path,
        null,
        Gio.DBusSignalFlags.NONE,
        () => void this.findInstalled(),
      );
      await Promise.all([
        this.findInstalled(),
        this.ownerChanged(),
        this.permission.start(CONTROL_ACTION, this.cancellable),
      ]);
    } catch (error) {
      if (!isCancelled(error)) console.error(`Backscrub: the system bus does not answer: ${error}`);
    }
  }

  stop(): void {
    this.cancellable.cancel();
    for (const handler of this.handlers) this.gioProxy?.disconnect(handler);
    if (this.nameHandler !== 0) this.connection.signal_unsubscribe(this.nameHandler);
    this.permission.stop();
    this.gioProxy = undefined;
    this.typedProxy = undefined;
  }

  /**
   * Asks for what no signal tells: the lists. With `cameras` when somebody is about to look at them, since the service
   * opens each device for a moment to answer.
   */
  async refresh(cameras: 'with-cameras' | 'without-cameras'): Promise<void> {
    const proxy = this.typedProxy;
    if (proxy === undefined || this.gioProxy?.g_name_owner == null) return;
    const takeBackgrounds = async () => {
      const rows = await this.list('ListBackgrounds', () => proxy.ListBackgrounds(this.cancellable));
      const backgrounds = rows && backgroundRows(rows);
      if (same(backgrounds, this.backgrounds)) return;
      this.backgrounds = backgrounds;
      this.sync();
    };
    const takeCameras = async () => {
      const rows = await this.list('ListCameras', () => proxy.ListCameras(this.cancellable));
      const cameras = rows && cameraRows(rows);
      if (same(cameras, this.cameras)) return;
      this.cameras = cameras;
      this.sync();
    };
    await Promise.all(cameras === 'with-cameras' ? [takeBackgrounds(), takeCameras()] : [takeBackgrounds()]);
  }

  /** Undefined when the service is too old for the list or does not give it; the part of the menu stays away then. */
  private async list(
    method: string,
    ask: () => Promise<readonly Readonly<Record<string, unknown>>[]>,
  ): Promise<readonly Readonly<Record<string, unknown>>[] | undefined> {
    if (!this.members.has(method)) return undefined;
    try {
      return await ask();
    } catch (error) {
      if (!isCancelled(error)) console.debug(`Backscrub: ${method}: ${error}`);
      return undefined;
    }
  }

  private makeProxy(): Promise<Gio.DBusProxy> {
    return new Promise((resolve, reject) => {
      Gio.DBusProxy['new'](
        this.connection,
        Gio.DBusProxyFlags.DO_NOT_AUTO_START,
        null,
        BUS_NAME,
        OBJECT_PATH,
        INTERFACE,
        this.cancellable,
        (_source, result) => {
          try {
            resolve(Gio.DBusProxy.new_finish(result));
          } catch (error) {
            reject(error);
          }
        },
      );
    });
  }

  private async findInstalled(): Promise<void> {
    try {
      const reply = await callBus(
        this.connection,
        { ...DBUS, method: 'ListActivatableNames', parameters: null, quiet: true },
        this.cancellable,
      );
      const [names] = reply.recursiveUnpack<[string[]]>();
      this.installed = names.includes(BUS_NAME);
      this.sync();
    } catch (error) {
      if (!isCancelled(error)) console.error(`Backscrub: the bus does not list its services: ${error}`);
    }
  }

  /** The service appeared, went away, or was replaced by one of another version. */
  private async ownerChanged(): Promise<void> {
    const owner = this.gioProxy?.g_name_owner;
    this.members = new Set();
    this.backgrounds = undefined;
    this.cameras = undefined;
    this.values = this.properties();
    this.sync();
    if (owner == null) return;
    try {
      const reply = await callBus(
        this.connection,
        {
          name: owner,
          path: OBJECT_PATH,
          interface: 'org.freedesktop.DBus.Introspectable',
          method: 'Introspect',
          parameters: null,
          quiet: true,
        },
        this.cancellable,
      );
      const [xml] = reply.recursiveUnpack<[string]>();
      const methods = Gio.DBusNodeInfo.new_for_xml(xml).lookup_interface(INTERFACE)?.methods ?? [];
      if (this.gioProxy?.g_name_owner !== owner) return;
      this.members = new Set(methods.map((method) => method.name ?? ''));
      await this.refresh('without-cameras');
    } catch (error) {
      if (!isCancelled(error)) console.debug(`Backscrub: the service does not describe itself: ${error}`);
    }
  }

  private sync(): void {
    if (this.cancellable.is_cancelled() || this.gioProxy === undefined) return;
    const running = this.gioProxy.g_name_owner != null;
    this.state = {
      installed: this.installed,
      running,
      allowed: this.permission.allowed,
      methods: this.members,
      properties: running ? this.values : {},
      backgrounds: this.backgrounds,
      cameras: this.cameras,
    };
    this.changed();
  }

  private properties(): Partial<PropertyValues> {
    const known: Partial<Record<PropertyName, unknown>> = {};
    for (const name of PROPERTY_NAMES) {
      const value: GLib.Variant | null | undefined = this.gioProxy?.get_cached_property(name);
      if (value instanceof GLib.Variant) known[name] = value.recursiveUnpack();
    }
    return known as Partial<PropertyValues>;
  }
}

/** Lists are asked for whenever somebody looks, and seldom have anything new. */
function same(some: unknown, other: unknown): boolean {
  return JSON.stringify(some) === JSON.stringify(other);
}
