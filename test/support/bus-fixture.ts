/** What the tests on a private bus start from: a bus, the service on it, and a client. */
import { after, afterEach, before, beforeEach } from 'node:test';
import { BusClient } from './bus-client.js';
import { PrivateBus } from './private-bus.js';
import { ServiceProcess } from './service-process.js';

export interface BusFixture {
  readonly bus: PrivateBus;
  readonly service: ServiceProcess;
  readonly client: BusClient;
}

async function serve(bus: PrivateBus): Promise<BusFixture> {
  const service = await ServiceProcess.start(bus);
  return { bus, service, client: await BusClient.open(bus.address) };
}

async function end(fixture: BusFixture | undefined): Promise<void> {
  fixture?.client.close();
  await fixture?.service.stop();
}

/** One bus and one service for all tests of the file. @param started is given them before the first */
export function oneService(started: (fixture: BusFixture) => void): void {
  let bus: PrivateBus | undefined;
  let fixture: BusFixture | undefined;
  before(async () => {
    bus = await PrivateBus.start();
    fixture = await serve(bus);
    started(fixture);
  });
  after(async () => {
    await end(fixture);
    await bus?.stop();
  });
}

/** One bus for all tests of the file, and a new service for each. @param started is given them before each */
export function serviceForEach(started: (fixture: BusFixture) => void): void {
  let bus: PrivateBus | undefined;
  let fixture: BusFixture | undefined;
  before(async () => {
    bus = await PrivateBus.start();
  });
  after(async () => bus?.stop());
  beforeEach(async () => {
    if (bus === undefined) throw new Error('there is no bus');
    fixture = await serve(bus);
    started(fixture);
  });
  afterEach(async () => {
    await end(fixture);
    fixture = undefined;
  });
}
