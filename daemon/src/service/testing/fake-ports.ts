import type { ErrorInfo } from '../../shared/errors.js';
import type { EngineSetup, FromEngine, Look, ToEngine } from '../../shared/protocol.js';
import type {
  CameraRow,
  EngineListener,
  EnginePort,
  OutputFormat,
  VirtualCameraListener,
  VirtualCameraPort,
} from '../session/ports.js';
import { Session, type SessionPorts } from '../session/session.js';
import { INITIAL_SETTINGS, type Settings } from '../session/settings.js';
import { FakeClock } from './fake-clock.js';

/** Does what `behave` says when it is started. */
export class FakeEngine implements EnginePort {
  starts = 0;
  readonly setups: EngineSetup[] = [];
  /** What each began with. */
  readonly looks: Look[] = [];
  readonly sent: ToEngine[] = [];
  alive = false;
  behave: (engine: FakeEngine) => void = () => {};
  #listener: EngineListener | undefined;

  begin(listener: EngineListener): void {
    this.#listener = listener;
  }

  start(setup: EngineSetup, look: Look): void {
    this.starts++;
    this.setups.push(setup);
    this.looks.push(look);
    this.alive = true;
    this.behave(this);
  }

  say(message: FromEngine): void {
    if (this.alive) this.#listener?.message(message);
  }

  send(message: ToEngine): void {
    if (!this.alive) return;
    this.sent.push(message);
    if (message.type === 'stop') this.exit('exit status 0');
  }

  kill(): void {
    this.exit('killed by SIGKILL');
  }

  exit(how: string): void {
    if (!this.alive) return;
    this.alive = false;
    this.#listener?.exited(how);
  }
}

export class FakeVirtualCamera implements VirtualCameraPort {
  readonly path = '/dev/video9';
  format: OutputFormat = { width: 1280, height: 720, frameRate: 30 };
  readonly fd = 9;
  onDemand = true;
  trouble: ErrorInfo | undefined;
  painting = false;
  /** Of each time that it began to paint. */
  readonly covers: boolean[] = [];
  refuses = false;
  readonly formats: OutputFormat[] = [];
  retries = 0;
  listener: VirtualCameraListener | undefined;

  begin(listener: VirtualCameraListener): void {
    this.listener = listener;
    listener.found();
    listener.consumers(0);
  }

  open(): void {}

  retry(): void {
    this.retries++;
  }

  setFormat(format: OutputFormat): boolean {
    this.formats.push(format);
    if (this.refuses) {
      this.listener?.found();
      return false;
    }
    this.format = format;
    this.listener?.found();
    return true;
  }

  startPainting(covers: boolean): void {
    this.painting = true;
    this.covers.push(covers);
  }

  stopPainting(): void {
    this.painting = false;
  }

  close(): void {}
}

export const CAMERA_ROW: CameraRow = {
  id: 'usb-1',
  name: 'Camera',
  path: '/dev/video0',
  usable: true,
  problem: '',
  sizes: ['1280x720'],
};

/** A session on fakes; `news` tells it that devices have come or gone. */
export function setUpSession(settings: Partial<Settings> = {}) {
  const clock = new FakeClock();
  const engine = new FakeEngine();
  const virtualCamera = new FakeVirtualCamera();
  const log: string[] = [];
  const world = {
    cameras: [CAMERA_ROW] as readonly CameraRow[],
    format: undefined as OutputFormat | undefined,
    questions: 0,
    changes: 0,
    news: (): void => {},
    cameraFormat: async (): Promise<OutputFormat | undefined> => world.format,
  };
  const ports: SessionPorts = {
    virtualCamera,
    engine,
    clock,
    backgrounds: { check: async () => {}, reach: async () => {} },
    models: { listModels: async () => [], checkModel: async () => {} },
    cameras: {
      listCameras: async () => world.cameras,
      cameraFormat: async () => {
        world.questions++;
        return await world.cameraFormat();
      },
    },
    devices: {
      begin: (changed) => {
        world.news = changed;
      },
      close: () => {},
    },
    log: (_level, text) => log.push(text),
  };
  const options = { settings: { ...INITIAL_SETTINGS, ...settings }, provider: 'cpu', version: '1.0.0' };
  const session = new Session(ports, options);
  session.begin(() => world.changes++);
  const consumers = (count: number): void => virtualCamera.listener?.consumers(count);
  return { session, clock, engine, virtualCamera, world, log, consumers };
}

/** An engine that has its first frame at once. */
export function healthy(engine: FakeEngine): void {
  engine.say({ type: 'camera', inUse: true, id: 'usb-1', name: 'Camera' });
  engine.say({ type: 'ready', serial: 1 });
}
