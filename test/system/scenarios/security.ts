/** Who may steer the service, what the service may do, and what the system learns from its files. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { showClip } from '../camera.js';
import { figure } from '../figures.js';
import { attempt, eventually, guest, type Result, sleep } from '../guest.js';
import { patient, undisturbed } from '../pace.js';
import { call, callCommand, enginePid, property, quote, servicePid, waitForState } from '../service.js';
import { assertNoRoom, virtualCamera, watch } from './setting.js';

const USER = 'cam';
const ACTIONS = ['org.backscrub.control', 'org.backscrub.manage-backgrounds', 'org.backscrub.view'];
/** Points of systemd-analyze. The best other unit of this kind that was measured has 2.6; the announcement runs as root. */
const MOST_EXPOSURE = { 'backscrub.service': 0.5, 'backscrub-announce.service': 2.0 } as const;

/** As the user at the machine: a session of logind on seat0, which is active. */
async function inSession(command: string): Promise<Result> {
  const session = ['XDG_SEAT=seat0', 'XDG_SESSION_TYPE=wayland', 'XDG_SESSION_CLASS=user'];
  const options = ['--property=PAMName=login', `--property=User=${USER}`];
  const words = [...options, ...session.map((variable) => `--setenv=${variable}`)];
  // systemd-run would expand "$$" by itself.
  const how = '--quiet --wait --pipe --collect --expand-environment=no';
  const result = await attempt(`systemd-run ${how} ${words.join(' ')} sh -c ${quote(command)}`);
  // The session outlives the command by a moment, and the user's look with it.
  await eventually(
    () => guest('loginctl show-seat seat0 --property=ActiveSession --value'),
    (id) => id === '',
    'the session goes on',
  );
  return result;
}

/** As the same user, in no session. */
function outsideSession(command: string): Promise<Result> {
  return attempt(`runuser -u ${USER} -- sh -c ${quote(command)}`);
}

const setProperty = (name: string, signature: string, value: string): string =>
  `busctl --system set-property org.backscrub /org/backscrub org.backscrub ${name} ${signature} ${value}`;

const READ_LOOK = 'busctl --system get-property org.backscrub /org/backscrub org.backscrub Mode BlurStrength';

describe('who may steer the service', () => {
  test('polkit knows the actions, in other languages, too', async () => {
    for (const action of ACTIONS) {
      const text = await guest(`pkaction --verbose --action-id ${action}`);
      assert.match(text, /implicit active:\s+yes/, text);
      assert.match(text, /policykit\.owner -> unix-user:backscrub/, text);
    }
    const policy = await guest('cat /usr/share/polkit-1/actions/org.backscrub.policy');
    for (const language of ['de', 'es', 'fr']) assert.match(policy, new RegExp(`xml:lang="${language}"`));
  });

  test('the bus takes the policy, and lets nobody else be the service', async () => {
    const bus = 'busctl --system call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus';
    await guest(`${bus} ReloadConfig`);
    const name = await attempt(`runuser -u ${USER} -- ${bus} RequestName su org.backscrub 4`);
    assert.notEqual(name.status, 0);
    assert.match(name.stderr, /[Dd]enied|not allowed to own/);
  });

  test('the user in the active session may everything', async () => {
    for (const action of ACTIONS) {
      const { status, stderr } = await inSession(`pkcheck --action-id ${action} --process $$`);
      assert.equal(status, 0, `${action}: ${stderr}`);
    }
    await call('SetMode', 's', 'blur');
    // Read in the session, too: with its end the user's own look goes.
    const steered = await inSession(
      `${callCommand('SetMode', 's', 'mask')} && ${setProperty('BlurStrength', 'u', '33')} && ${READ_LOOK}`,
    );
    assert.equal(steered.status, 0, steered.stderr);
    assert.match(steered.stdout, /s "mask"\nu 33\s*$/);
    // logind tells the service of a session when it has begun or ended: the look follows.
    await eventually(
      () => property('Mode'),
      (mode) => mode === 'blur',
      'nobody is active, and the look of the machine does not apply',
    );
    const again = await inSession(
      `for i in $(seq 100); do ${READ_LOOK} | grep -q mask && break; sleep 0.1; done; ${READ_LOOK}`,
    );
    assert.match(again.stdout, /s "mask"\nu 33\s*$/, 'the look is remembered for the user');
    await inSession(callCommand('SetMode', 's', 'blur'));
  });

  test('the same user outside it may nothing, and changes nothing', async () => {
    await call('SetMode', 's', 'blur');
    const strength = await property<number>('BlurStrength');
    for (const action of ACTIONS) {
      const { status } = await outsideSession(`pkcheck --action-id ${action} --process $$`);
      assert.notEqual(status, 0, action);
    }
    const attempts = [
      callCommand('SetMode', 's', 'passthrough'),
      callCommand('Stop'),
      setProperty('BlurStrength', 'u', '1'),
    ];
    for (const command of attempts) {
      const quiet = command.replace('busctl', 'busctl --allow-interactive-authorization=no');
      const { status, stderr } = await outsideSession(quiet);
      assert.notEqual(status, 0, command);
      assert.match(stderr, /password is needed/, command);
      assert.notEqual(
        (await outsideSession(command)).status,
        0,
        'nobody is there to be asked for a password',
      );
    }
    assert.equal(await property('Mode'), 'blur');
    assert.equal(await property<number>('BlurStrength'), strength);
    const read = await outsideSession('busctl get-property org.backscrub /org/backscrub org.backscrub State');
    assert.equal(read.status, 0, read.stderr);
  });

  test('without polkit root goes on, and nobody else', async () => {
    await guest('systemctl mask --runtime --now polkit.service');
    try {
      const { status, stderr } = await inSession('backscrubctl mode mask');
      assert.notEqual(status, 0);
      assert.match(stderr, /polkit cannot\s+be asked/);
      assert.equal(await property('Mode'), 'blur');
      await call('SetMode', 's', 'mask');
    } finally {
      await guest('systemctl unmask --runtime polkit.service');
    }
    const back = await inSession(callCommand('SetMode', 's', 'blur'));
    assert.equal(back.status, 0, back.stderr);
  });

  test('a polkit that hangs blocks nobody', async () => {
    await guest('systemctl start polkit.service && systemctl kill --signal=SIGSTOP polkit.service');
    try {
      const quiet = callCommand('SetMode', 's', 'mask').replace(
        'busctl',
        'busctl --allow-interactive-authorization=no',
      );
      const hanging = outsideSession(quiet);
      await sleep(1000);
      await call('SetMode', 's', 'replace');
      assert.equal(await property('Mode'), 'replace');
      const { status, stderr } = await hanging;
      assert.notEqual(status, 0);
      // busctl has words of its own for AccessDenied.
      assert.match(stderr, /[Dd]enied/);
      assert.equal(await property('Mode'), 'replace');
    } finally {
      await guest('systemctl kill --signal=SIGCONT polkit.service');
    }
  });
});

describe('what the service may do', () => {
  test('systemd-analyze finds little to complain about', async () => {
    for (const [unit, most] of Object.entries(MOST_EXPOSURE)) {
      const text = await guest(`systemd-analyze security --no-pager ${unit}`);
      const exposure = Number(/Overall exposure level for .*: ([\d.]+)/.exec(text)?.[1]);
      figure(`systemd-analyze security ${unit}`, String(exposure));
      assert.ok(exposure <= most, text);
    }
  });

  test('it has no capability, no network, and can neither write nor execute outside its folders', async () => {
    const pid = await servicePid();
    const status = await guest(`cat /proc/${pid}/status`);
    for (const line of [/CapBnd:\s0+\n/, /CapEff:\s0+\n/, /NoNewPrivs:\s1/, /Seccomp:\s2/])
      assert.match(status, line);
    assert.doesNotMatch(await guest(`cat /proc/${pid}/net/dev`), /vec|eth/);
    const mounts = await guest(`cat /proc/${pid}/mountinfo`);
    const optionsOf = (point: string): string =>
      mounts
        .split('\n')
        .map((line) => line.split(' '))
        .findLast((fields) => fields[4] === point)?.[5] ?? '';
    for (const option of ['ro', 'noexec'])
      assert.ok(optionsOf('/').split(',').includes(option), optionsOf('/'));
    assert.ok(!optionsOf('/usr').split(',').includes('noexec'));
    for (const folder of ['/var/cache/backscrub', '/var/lib/backscrub', '/run/backscrub', '/tmp']) {
      for (const option of ['rw', 'noexec'])
        assert.ok(optionsOf(folder).split(',').includes(option), `${folder}: ${optionsOf(folder)}`);
    }
  });

  test('the engine, which decodes, may even less', async () => {
    await showClip({ format: 'YUYV', width: 1280, height: 720 });
    await call('Start');
    const consumer = await watch('sealed');
    await waitForState('running');
    const filters = async (pid: number): Promise<number> =>
      Number(await guest(`sed -n 's/^Seccomp_filters:\\s*//p' /proc/${pid}/status`));
    const [service, engine] = [await servicePid(), await enginePid()];
    assert.equal(await filters(engine), (await filters(service)) + 1, 'a list of its own');
    assert.match(await guest(`cat /proc/${engine}/limits`), /Max core file size\s+0\s+0/);
    const { frames } = await consumer.stop();
    assertNoRoom(frames, 'the sealed engine');
  });
});

describe('what the system knows of the camera', () => {
  test('two loopback devices: ours, and one that is left to others', async () => {
    const names = await guest('cat /sys/class/video4linux/video6[01]/name');
    assert.deepEqual(names.split('\n'), ['Backscrub', 'OBS Virtual Camera']);
    assert.equal(await virtualCamera(), '/dev/video60');
    assert.match(await guest('v4l2-ctl -d /dev/video61 --info'), /Device Caps[\s\S]*Video Output/);
  });

  test('udev has announced it as a camera, under a name that stays', async () => {
    const node = await virtualCamera();
    const ask = (): Promise<string> => guest(`udevadm info --query=property --name=${node}`);
    const known = (text: string): boolean => /ID_V4L_CAPABILITIES=:capture:/.test(text);
    const text = await eventually(ask, known, 'udev takes it for no camera');
    assert.match(text, /BACKSCRUB_VIRTUAL_CAMERA=1/);
    assert.match(text, /DEVLINKS=.*\/dev\/backscrub\b/);
    assert.equal(await guest('readlink -f /dev/backscrub'), node);
    assert.match(
      await guest('journalctl -u backscrub-announce.service --no-pager -o cat'),
      /video60 announced/,
    );
  });

  test('is not announced while an application reads it', async () => {
    const consumer = await watch('announce');
    await guest('systemctl start --no-block backscrub-announce.service');
    await sleep(3000);
    assert.equal(await guest('systemctl is-active backscrub-announce.service || true'), 'activating');
    const { frames, summary } = await consumer.stop();
    assertNoRoom(frames, 'the announcement');
    assert.equal(summary.silentSeconds, 0);
    await eventually(
      () => guest('systemctl is-active backscrub-announce.service || true'),
      (state) => state === 'inactive',
      'the announcement goes on',
      40,
    );
    assert.equal(
      await guest('systemctl show --property=Result --value backscrub-announce.service'),
      'success',
    );
  });

  test(
    'a call on the bus starts the service',
    patient(async () => {
      await guest('systemctl stop backscrub.service');
      assert.equal(
        await guest('systemctl show --property=NFileDescriptorStore --value backscrub.service'),
        '0',
      );
      const read = await outsideSession(
        'busctl get-property org.backscrub /org/backscrub org.backscrub State',
      );
      undisturbed(!/timed out/i.test(read.stderr), 'the bus gave up waiting');
      assert.equal(read.status, 0, read.stderr);
      assert.equal(await guest('systemctl is-active backscrub.service'), 'active');
      const text = await guest('systemctl status --no-pager --lines=0 backscrub.service');
      assert.match(text, /Status: "/);
    }),
  );
});
