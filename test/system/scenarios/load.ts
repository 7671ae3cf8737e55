/** Many calls and many applications: what they cost, and what they leave behind. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { showClip } from '../camera.js';
import { figure } from '../figures.js';
import { attempt, eventually, guest, sleep } from '../guest.js';
import { pace, patient, within } from '../pace.js';
import { longestGap, quantile } from '../records.js';
import { ROUNDS } from '../rounds.js';
import { call, enginePid, property, restingResources, servicePid, waitForState } from '../service.js';
import { assertNoRoom, BACKGROUND, virtualCamera, watch } from './setting.js';

/** 50 rounds are 2,500 starts and 500 applications. */
const STARTS = ROUNDS * 50;
const APPLICATIONS = ROUNDS * 10;
const FUZZED_CALLS = 1000;
const FLOOD = 1500;
const FLOOD_SECONDS = 2;
const FLOODED_ANSWER_MS = 100;
/** Fewer of others meanwhile say nothing of a hundredth. */
const FLOODED_CALLS = 100;
/** A file in the guest that is there once others have begun to call. */
const OTHERS_CALL = '/run/others-call';
const LONGEST_GAP_MS = 150;
const MOST_GROWTH_MB = 5;
const SLOWEST_ANSWER_MS = 20;
/** With the priority of the service: there is one processor, on which it and the engine go before all others. Memory
 * that the client touches for the first time would be counted as the service's. */
const CLIENT = 'node --max-semi-space-size=1 /mnt/guest/bus.mjs';

/**
 * The bus has no priority of its own (0): on the guest's one processor it would wait for the engine twice in each call, which it
 * does not where there is another.
 */
async function busPriority(nice: number): Promise<void> {
  await guest(`renice -n ${nice} -p $(pgrep -x dbus-daemon)`);
}

async function client<T>(words: string, user = 'root'): Promise<T> {
  return JSON.parse(await guest(`nice -n -10 runuser -u ${user} -- ${CLIENT} ${words}`)) as T;
}

/** When a call was sent, and how long it took to be answered, in milliseconds of the guest's monotonic clock. */
type Answer = readonly [at: number, took: number];

interface Flood {
  /** Times of that clock. */
  readonly from: number;
  readonly sent: number;
  readonly to: number;
  readonly answers: Record<string, number>;
}

function timesOf(answers: readonly Answer[]): { median: number; p99: number; slowest: number } {
  const times = answers.map(([, took]) => took);
  return { median: quantile(times, 0.5), p99: quantile(times, 0.99), slowest: Math.max(...times) };
}

/** All that anybody may choose. */
async function choices(): Promise<unknown[]> {
  const names = ['Mode', 'Background', 'Effects', 'BlurStrength', 'CrossFade', 'Model'];
  const more = ['OnDemand', 'Resolution', 'FrameRate', 'State'];
  return Promise.all([...names, ...more].map((name) => property<unknown>(name)));
}

/** The service's memory and files are afterwards what they were before. */
async function leavesNothing(
  what: string,
  warmUp: () => Promise<void>,
  work: () => Promise<void>,
): Promise<void> {
  const service = await servicePid();
  await warmUp();
  const before = await restingResources(service);
  await work();
  const after = await restingResources(service);
  figure(
    what,
    `service ${before.mb.toFixed(1)} and ${after.mb.toFixed(1)} MB, ${before.files.length} and ${after.files.length} files`,
  );
  assert.equal(await servicePid(), service, 'the service has not crashed');
  assert.deepEqual(after.files, before.files, 'a descriptor is left');
  assert.ok(after.mb - before.mb < MOST_GROWTH_MB, `grown from ${before.mb} to ${after.mb} MB`);
  await eventually(
    () => guest(`ps -o stat= --ppid ${service} | grep -c Z || true`),
    (count) => count === '0',
    'a zombie is left',
    20,
  );
}

describe('load', () => {
  test(`Start and Stop, ${STARTS} times`, async () => {
    await showClip({ format: 'YUYV', width: 1280, height: 720 });
    await leavesNothing(
      `${STARTS} starts and stops`,
      async () => {
        await client('cycles 50');
      },
      async () => {
        const { milliseconds } = await client<{ milliseconds: number }>(`cycles ${STARTS}`);
        figure('a start and a stop', `${(milliseconds / STARTS).toFixed(1)} ms`);
      },
    );
    await call('Start');
  });

  test(`an application comes and goes, ${APPLICATIONS} times`, async () => {
    const device = await virtualCamera();
    await call('SetBackground', 's', BACKGROUND);
    await call('SetMode', 's', 'replace');
    const come = (times: number): string =>
      `for i in $(seq ${times}); do v4l2-ctl -d ${device} --stream-mmap --stream-count=2 >/dev/null 2>&1 || echo failed; done`;
    await leavesNothing(
      `${APPLICATIONS} applications`,
      async () => {
        await guest(come(5));
        await waitForState('idle');
      },
      async () => {
        const failed = (await guest(come(APPLICATIONS))).split('\n').filter((line) => line !== '');
        assert.equal(failed.length, 0, `${failed.length} of ${APPLICATIONS} met an error`);
        await waitForState('idle');
      },
    );
    await eventually(enginePid, (pid) => pid === 0, 'the engine is left');
  });

  test(
    `${FLOOD} messages of 64 KiB that nobody takes, within ${FLOOD_SECONDS} s`,
    patient(async () => {
      const slow = await pace();
      await showClip({ format: 'YUYV', width: 1280, height: 720 });
      const [service, consumer] = [await servicePid(), await watch('flood')];
      await waitForState('running');
      await sleep(1000);
      const engine = await enginePid();
      // The bus keeps its priority: before all others it would take the processor from the service for each of the messages.
      await guest(`rm -f ${OTHERS_CALL}`);
      const others = client<Answer[]>(`latency 120 ${OTHERS_CALL}`);
      // A failure is told where they are awaited; the messages are over then.
      others.catch(() => undefined);
      await eventually(
        () => attempt(`test -e ${OTHERS_CALL}`),
        ({ status }) => status === 0,
        'others do not call',
      );
      const flood = JSON.parse(
        await guest(`runuser -u nobody -- ${CLIENT} flood ${FLOOD} ${FLOOD_SECONDS}`),
      ) as Flood;
      // Not the programs that have started it: they would end before it has said everything.
      await attempt("pkill -INT -f '^node .*bus.mjs latency'");
      const all = await others;
      assert.ok((all[0]?.[0] ?? Infinity) < flood.from, 'others called before it began');
      const during = all.filter(([at]) => at >= flood.from && at <= flood.to);
      assert.ok(during.length >= FLOODED_CALLS, `others made ${during.length} calls`);
      const { p99, slowest } = timesOf(during);
      assert.equal(await enginePid(), engine, 'the engine was not started again');
      assert.equal(await servicePid(), service, 'nor the service');
      const { frames, summary } = await consumer.stop();
      assertNoRoom(frames, 'the flood');
      assert.equal(summary.silentSeconds, 0);
      const { ms } = longestGap(frames);
      figure(
        `${FLOOD} messages of 64 KiB while 720p30 runs`,
        `sent within ${(flood.sent - flood.from).toFixed(0)} ms, answered within ${(flood.to - flood.from).toFixed(0)} ms; longest gap ${ms.toFixed(0)} ms; ${during.length} calls of others meanwhile: 99 % within ${p99.toFixed(1)} ms, the slowest ${slowest.toFixed(1)} ms; ${JSON.stringify(flood.answers)}`,
      );
      const taken = Object.keys(flood.answers).filter((name) => !/InvalidArgs|LimitsExceeded/.test(name));
      assert.deepEqual(taken, [], 'nothing but refusals');
      within(ms, LONGEST_GAP_MS * slow, `a gap of ${ms.toFixed(0)} ms`);
      within(p99, FLOODED_ANSWER_MS * slow, `99 % within ${p99.toFixed(1)} ms`);
    }),
  );

  test(
    'answers come soon while 720p30 runs',
    patient(async () => {
      const limit = SLOWEST_ANSWER_MS * (await pace());
      await showClip({ format: 'YUYV', width: 1280, height: 720 });
      const consumer = await watch('answers');
      await waitForState('running');
      await sleep(1000);
      await busPriority(-20);
      const answers = await client<Answer[]>('latency 10').finally(() => busPriority(0));
      const { median, p99, slowest } = timesOf(answers);
      const { frames } = await consumer.stop();
      assertNoRoom(frames, 'the calls');
      figure(
        `${answers.length} reads and lists while 720p30 runs`,
        `median ${median.toFixed(1)} ms, 99 % within ${p99.toFixed(1)} ms, the slowest ${slowest.toFixed(1)} ms`,
      );
      within(p99, limit, `99 % within ${p99.toFixed(1)} ms`);
    }),
  );

  test(`${FUZZED_CALLS} random calls of somebody who may nothing`, async () => {
    const before = await choices();
    const service = await servicePid();
    const consumer = await watch('fuzz');
    await waitForState('running');
    const { calls, answers } = await client<{ calls: number; answers: Record<string, number> }>(
      `fuzz ${FUZZED_CALLS} 5`,
      'cam',
    );
    const { frames, summary } = await consumer.stop();
    assertNoRoom(frames, 'the random calls');
    assert.equal(summary.silentSeconds, 0);
    figure('random calls', JSON.stringify(answers));
    assert.equal(calls, FUZZED_CALLS);
    const done = Object.keys(answers).filter((answer) => answer.startsWith('answered'));
    assert.deepEqual(
      done.filter((answer) => !/GetAll|Introspect$/.test(answer)),
      [],
      'nothing but reading was allowed',
    );
    assert.ok((answers['no answer'] ?? 0) <= 20, 'the service goes on answering');
    assert.equal(await servicePid(), service, 'the service has not crashed');
    await waitForState('idle');
    assert.deepEqual(
      await choices(),
      before.map((value) => (value === 'running' ? 'idle' : value)),
      'nothing has changed',
    );
  });
});
