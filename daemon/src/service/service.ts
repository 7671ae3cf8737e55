/** Wires the service together and runs it until it is told to end. */
import type { PropertyValues } from '../generated/contract.js';
import type { Log } from '../shared/log.js';
import { BUS_NAME } from '../shared/names.js';
import { AuthorizationGate } from './authorization/gate.js';
import { Polkit } from './authorization/polkit.js';
import type { BackgroundStore } from './backgrounds/store.js';
import { BusConnection } from './bus/connection.js';
import { implementContract } from './bus/contract.js';
import { Dispatcher } from './bus/dispatcher.js';
import type { PeerBus } from './bus/peer.js';
import { PropertiesPublisher } from './bus/properties-publisher.js';
import { watchOwner } from './bus/remote.js';
import { Users } from './bus/users.js';
import { Session, type SessionPorts } from './session/session.js';
import type { Settings, UserLook } from './session/settings.js';
import type { Kept } from './settings/settings-keeper.js';
import { SeatWatch } from './system/seats.js';
import { type SleepLock, SleepWatch } from './system/sleep.js';
import { UserLooks } from './user-looks.js';

/** Longest time that another service takes to answer a question. */
const PEER_MS = 15_000;

export interface ServiceOptions {
  /** Address of the bus. */
  readonly bus: string;
  /** What was chosen before. */
  readonly settings: Settings;
  /** The looks of users that were chosen before. */
  readonly users: ReadonlyMap<number, UserLook> | undefined;
  /** Where models run, see EngineSetup. */
  readonly provider: string;
  readonly version: string;
  /** Whether the format is a guess until the camera has been asked. */
  readonly asksCamera: boolean;
  /** Users who may do anything without being asked about. */
  readonly trustedUsers: readonly number[];
}

/** What the service needs beside the session. */
export interface ServicePorts extends SessionPorts {
  readonly sleepLock: SleepLock;
  /** Hears of everything that is to be found again after a restart. */
  readonly remember: (kept: Kept) => void;
}

export interface RunningService {
  /** Resolves with a text when the bus is lost; the service is of no use any more and shall end. */
  readonly lost: Promise<string>;
  /** @throws Error when the bus cannot be reached any more, or does not reach the service */
  ping(timeout: number): Promise<void>;
  /** Ends the engine, leaves the placeholder in the device, closes everything. */
  close(): Promise<void>;
}

/**
 * @param tell gets one line about the state, whenever it may have changed
 * @throws BackscrubError when there is no bus or somebody else owns the name; everything is closed again then
 */
export async function runService(
  options: ServiceOptions,
  ports: ServicePorts,
  store: BackgroundStore,
  log: Log,
  tell: (line: string) => void = () => {},
): Promise<RunningService> {
  const connection = await BusConnection.open(options.bus, ports.clock, log);
  const session = new Session(ports, options);
  const bus: PeerBus = {
    request: async (request) => (await connection.request({ timeout: PEER_MS, ...request })).body,
    onSignal: (listener) => connection.hear(listener),
  };
  const sleep = new SleepWatch(bus, session, ports.sleepLock, ports.clock);
  const looks = new UserLooks(session, options, {
    isShown: (background, user) => store.of(user).keeps(background),
    seatSettled: () => seats.settled(),
    log,
  });
  const seats: SeatWatch = new SeatWatch(bus, (seat) => looks.follow(seat), ports.clock);
  const contract = implementContract(session, store, looks);
  const publisher = new PropertiesPublisher(contract.properties, (signal) => connection.emit(signal));
  const users = new Users((name) => connection.userOf(name));
  const callers = {
    userOf: (name: string) => users.of(name),
    watch: (name: string, gone: () => void) =>
      watchOwner(connection, name, (owner) => {
        if (owner === '') gone();
      }),
  };
  const gate = new AuthorizationGate(
    options.trustedUsers,
    callers,
    await Polkit.open(connection),
    ports.clock,
  );
  const dispatcher = new Dispatcher(contract, gate, () => publisher.flush());
  const changed = (): void => {
    publisher.schedule();
    tell(describe(contract.properties()));
    ports.remember(looks.keep(session.settings()));
    sleep.setBusy(session.isBusy);
  };
  const close = async (): Promise<void> => {
    await session.close();
    sleep.close();
    seats.close();
    publisher.flush();
    await connection.close();
  };
  let begun: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    begun = resolve;
  });
  try {
    connection.serve({
      takes: (call) => dispatcher.takes(call),
      handle: async (call) => {
        await ready;
        return await dispatcher.handle(call);
      },
    });
    // Two services on one device would paint over each other, so the name comes before the device, and answers after it.
    await connection.ownName(BUS_NAME);
    await sleep.begin();
    await seats.begin();
    session.begin(changed);
    // Nobody waits for the answer.
    if (options.asksCamera) void session.reconsiderFormat();
    publisher.flush();
    begun();
  } catch (error) {
    await close();
    throw error;
  }
  return { lost: connection.lost, ping: (timeout) => connection.ping(timeout), close };
}

function describe({ State, LastError: [, text] }: PropertyValues): string {
  return text === '' ? State : `${State}: ${text}`;
}
