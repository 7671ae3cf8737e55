/** Wires the service together and runs it until it is told to end. */
import type { Log } from '../shared/log.js';
import {
  BUS_NAME,
  DEFAULT_BACKGROUND,
  DEFAULT_BLUR_STRENGTH,
  DEFAULT_CROSS_FADE,
  DEFAULT_MODE,
  DEFAULT_MODEL,
} from '../shared/names.js';
import { UserGate } from './authorization/gate.js';
import type { BackgroundStore } from './backgrounds/store.js';
import { BusConnection } from './bus/connection.js';
import { implementContract } from './bus/contract.js';
import { Dispatcher } from './bus/dispatcher.js';
import { PropertiesPublisher } from './bus/properties-publisher.js';
import { Session, type SessionPorts } from './session/session.js';

export interface ServiceOptions {
  /** Address of the bus. */
  readonly bus: string;
  /** Stable id of the wanted camera, "" = automatic. */
  readonly camera: string;
  /** Where models run, see EngineSetup. */
  readonly provider: string;
  /** Whether the virtual camera is enabled from the beginning. */
  readonly start: boolean;
  readonly version: string;
}

export interface RunningService {
  /** Resolves with a text when the bus is lost; the service is of no use any more and shall end. */
  readonly lost: Promise<string>;
  /** Ends the engine, leaves the placeholder in the device, closes everything. */
  close(): Promise<void>;
}

/** @throws BackscrubError when there is no bus or somebody else owns the name; everything is closed again then */
export async function runService(
  options: ServiceOptions,
  ports: SessionPorts,
  store: BackgroundStore,
  log: Log,
): Promise<RunningService> {
  const connection = await BusConnection.open(options.bus, log);
  const look = {
    mode: DEFAULT_MODE,
    background: DEFAULT_BACKGROUND,
    blurStrength: DEFAULT_BLUR_STRENGTH,
    effects: [],
    crossFade: DEFAULT_CROSS_FADE,
  };
  const { camera, provider, version } = options;
  const session = new Session(ports, { look, camera, model: DEFAULT_MODEL, provider, version });
  const contract = implementContract(session, store);
  const publisher = new PropertiesPublisher(contract.properties, (signal) => connection.emit(signal));
  const gate = new UserGate((name) => connection.userOf(name), process.getuid?.() ?? 0);
  const dispatcher = new Dispatcher(contract, gate, () => publisher.flush());
  const close = async (): Promise<void> => {
    await session.close();
    publisher.flush();
    await connection.close();
  };
  let begun: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    begun = resolve;
  });
  try {
    connection.serve(async (call) => {
      await ready;
      return await dispatcher.handle(call);
    });
    // Two services on one device would paint over each other, so the name comes before the device, and answers after it.
    await connection.ownName(BUS_NAME);
    session.begin(() => publisher.schedule());
    if (options.start) session.enable();
    publisher.flush();
    begun();
  } catch (error) {
    await close();
    throw error;
  }
  return { lost: connection.lost, close };
}
