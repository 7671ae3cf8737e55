/** Wires the service together and runs it until it is told to end. */
import type { Log } from '../shared/log.js';
import { BUS_NAME } from '../shared/names.js';
import { UserGate } from './authorization/gate.js';
import { BusConnection } from './bus/connection.js';
import { implementContract } from './bus/contract.js';
import { Dispatcher } from './bus/dispatcher.js';
import { PropertiesPublisher } from './bus/properties-publisher.js';
import { Session, type SessionPorts } from './session/session.js';
import type { Settings } from './session/settings.js';
import { type SleepLock, SleepWatch } from './system/sleep.js';

export interface ServiceOptions {
  /** Address of the bus. */
  readonly bus: string;
  /** What was chosen before. */
  readonly settings: Settings;
  /** Where models run, see EngineSetup. */
  readonly provider: string;
  readonly version: string;
}

/** What the service needs beside the session. */
export interface ServicePorts extends SessionPorts {
  readonly sleepLock: SleepLock;
  /** Hears of everything that is to be found again after a restart. */
  readonly remember: (settings: Settings) => void;
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
  ports: ServicePorts,
  log: Log,
): Promise<RunningService> {
  const connection = await BusConnection.open(options.bus, log);
  const session = new Session(ports, options);
  const sleep = new SleepWatch(connection, session, ports.sleepLock, ports.clock);
  const contract = implementContract(session);
  const publisher = new PropertiesPublisher(contract.properties, (signal) => connection.emit(signal));
  const gate = new UserGate((name) => connection.userOf(name), process.getuid?.() ?? 0);
  const dispatcher = new Dispatcher(contract, gate, () => publisher.flush());
  const changed = (): void => {
    publisher.schedule();
    ports.remember(session.settings());
    sleep.setBusy(session.isBusy);
  };
  const close = async (): Promise<void> => {
    await session.close();
    sleep.close();
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
    await sleep.begin();
    session.begin(changed);
    publisher.flush();
    begun();
  } catch (error) {
    await close();
    throw error;
  }
  return { lost: connection.lost, close };
}
