/** Faults that are really there: the doctor finds each and names the remedy; nothing is wrong afterwards. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { occupyCamera, plugCamera, releaseCamera, showClip, stopCamera, unplugCamera } from '../camera.js';
import { figure } from '../figures.js';
import { attempt, endConsumer, eventually, guest } from '../guest.js';
import { reloadLoopback, unloadLoopback, untilRemoved } from '../modules.js';
import { call, property, waitForState } from '../service.js';
import { watch } from './setting.js';

interface Finding {
  readonly id: string;
  readonly verdict: string;
  readonly text: string;
  readonly remedy: string;
}

/** What the doctor says of a fault. */
interface Expected {
  readonly finding: string;
  readonly text: RegExp;
  readonly remedy: RegExp;
}

interface Fault extends Expected {
  readonly name: string;
  readonly break: () => Promise<unknown>;
  /**
   * Also after a `break` that failed.
   *
   * @param remedy what the doctor said; empty when it did not find the fault
   */
  readonly mend: (remedy: string) => Promise<unknown>;
}

/** Faults that are there together: each is found by another examination. */
interface Case {
  /** Who runs the doctor, root unless told. */
  readonly user?: string;
  readonly faults: readonly Fault[];
}

const MODEL = '/usr/lib/backscrub/node_modules/@mediapipe/selfie_segmentation/selfie_segmentation.tflite';
const POLICY = '/usr/share/polkit-1/actions/org.backscrub.policy';
const STRANGER = 'stranger';

async function findings(user = 'root'): Promise<readonly Finding[]> {
  const { stdout } = await attempt(`runuser -u ${user} -- backscrubctl doctor --json`);
  return (JSON.parse(stdout) as { findings: Finding[] }).findings;
}

/** Loads the module again with other options, while neither service nor camera has it open. */
async function reload(options: string): Promise<void> {
  await stopCamera();
  await reloadLoopback(options);
  await plugCamera();
}

/** The module is not there, for whoever asks for it. */
async function unload(how: string): Promise<void> {
  await stopCamera();
  await unloadLoopback();
  await guest(how);
}

/** Does what the doctor says, literally; the module can be loaded again when the test's camera does not use it. */
async function follow(remedy: string): Promise<void> {
  await stopCamera();
  const lines = remedy.split('\n').filter((line) => line.startsWith('sudo '));
  if (lines.length === 0) await reload('');
  for (const command of lines.map((line) => line.slice('sudo '.length)))
    await (command.startsWith('modprobe -r') ? untilRemoved(command) : guest(command));
  await reloaded();
}

const reloaded = async (): Promise<void> => {
  await showClip({ format: 'YUYV', width: 1280, height: 720 });
};

const alone = (fault: Fault): Case => ({ faults: [fault] });

const CASES: readonly Case[] = [
  alone({
    name: 'the module is not loaded',
    break: () =>
      unload(
        "mkdir -p /run/modprobe.d && echo 'install v4l2loopback /bin/false' > /run/modprobe.d/absent.conf",
      ),
    mend: async () => {
      await guest(
        'rm -f /run/modprobe.d/absent.conf && modprobe v4l2loopback && systemctl start backscrub.service',
      );
      await reloaded();
    },
    finding: 'module',
    text: /installed, but not loaded/,
    remedy: /sudo modprobe v4l2loopback/,
  }),
  alone({
    name: 'the kernel has no such module',
    break: () =>
      unload('f=$(modinfo -n v4l2loopback) && echo "$f" > /root/module && mv "$f" /root/hidden.ko && depmod'),
    mend: async () => {
      await guest(
        '{ [ ! -e /root/hidden.ko ] || mv /root/hidden.ko "$(cat /root/module)"; } && depmod && modprobe v4l2loopback && systemctl start backscrub.service',
      );
      await reloaded();
    },
    finding: 'module',
    text: /has no module v4l2loopback/,
    remedy: /apt install v4l2loopback-dkms/,
  }),
  alone({
    name: 'exclusive_caps=0',
    break: () => reload('exclusive_caps=0 devices=1 card_label=Backscrub'),
    mend: follow,
    finding: 'virtual-camera',
    text: /exclusive_caps=0/,
    remedy: /modprobe\.d[\s\S]*modprobe -r/,
  }),
  alone({
    name: 'max_buffers=8',
    break: () => reload('max_buffers=8'),
    mend: follow,
    finding: 'virtual-camera',
    text: /has 8 buffers.*Firefox crashes/,
    remedy: /modprobe\.d[\s\S]*modprobe -r/,
  }),
  alone({
    name: 'a device with another label',
    break: () => reload('exclusive_caps=1 devices=1 card_label=Other'),
    mend: follow,
    finding: 'virtual-camera',
    text: /no device with the label "Backscrub"/,
    remedy: /backscrub\.conf/,
  }),
  {
    user: 'cam',
    faults: [
      {
        name: 'no camera',
        break: unplugCamera,
        mend: reloaded,
        finding: 'camera',
        text: /There is no camera/,
        remedy: /Plug one in/,
      },
      {
        name: 'the service is stopped',
        break: () => call('Stop'),
        mend: () => call('Start'),
        finding: 'service',
        text: /stopped/,
        remedy: /backscrubctl start/,
      },
      {
        name: 'it does not start at boot',
        break: () => guest('systemctl disable backscrub.service'),
        mend: () => guest('systemctl enable backscrub.service'),
        finding: 'boot',
        text: /does not start at boot/,
        remedy: /systemctl enable --now backscrub/,
      },
      {
        name: 'polkit does not know the actions',
        break: () => guest(`mv ${POLICY} /root/ && systemctl restart polkit.service`),
        mend: () =>
          guest(
            `{ [ -e ${POLICY} ] || mv /root/org.backscrub.policy ${POLICY}; } && systemctl restart polkit.service`,
          ),
        finding: 'rights',
        text: /does not know the action/,
        remedy: /Install the service again/,
      },
      {
        name: "the model's file is gone",
        break: () => guest(`mv ${MODEL} /root/`),
        mend: () => guest(`[ -e ${MODEL} ] || mv /root/selfie_segmentation.tflite ${MODEL}`),
        finding: 'cost',
        text: /does not work/,
        remedy: /model check/,
      },
    ],
  },
  {
    user: STRANGER,
    faults: [
      {
        name: 'a user who may open no camera',
        break: () => guest(`useradd --create-home ${STRANGER}`),
        mend: () => guest(`! id ${STRANGER} || userdel --remove ${STRANGER}`),
        finding: 'camera',
        text: /may not open/,
        remedy: /usermod -aG video/,
      },
      {
        name: 'polkit asks for a password',
        break: () => Promise.resolve(),
        mend: () => Promise.resolve(),
        finding: 'rights',
        text: /password|does not let you/,
        remedy: /sudo/,
      },
    ],
  },
  alone({
    name: 'the service cannot be started',
    break: () => guest('systemctl mask --runtime --now backscrub.service'),
    mend: () => guest('systemctl unmask --runtime backscrub.service && systemctl start backscrub.service'),
    finding: 'service',
    text: /\S/,
    remedy: /systemctl status backscrub/,
  }),
  alone({
    name: 'the camera is busy',
    break: async () => {
      await occupyCamera();
      await watch('doctor-busy');
      await eventually(
        () => property<[string, string]>('LastError'),
        ([code]) => code.endsWith('.CameraBusy'),
        'not told as busy',
      );
    },
    mend: async () => {
      await releaseCamera();
      // It tries the camera every few seconds; what is wrong is settled when frames flow again (LastError in the contract).
      await waitForState('running').finally(endConsumer);
      await waitForState('idle');
    },
    finding: 'service',
    text: /failed.*(uses|use|busy)/,
    remedy: /journalctl -u backscrub/,
  }),
];

describe('doctor', () => {
  before(async () => {
    await showClip({ format: 'YUYV', width: 1280, height: 720 });
    await call('SetModel', 's', 'selfie_segmentation');
    await call('Start');
    await waitForState('idle');
  });

  for (const { user, faults } of CASES) {
    test(`finds: ${faults.map(({ name }) => name).join('; ')}`, async () => {
      const remedies = new Map<Fault, string>();
      try {
        for (const fault of faults) await fault.break();
        const all = await findings(user);
        for (const fault of faults) {
          const found = all.find(({ id }) => id === fault.finding);
          assert.ok(found, JSON.stringify(all));
          remedies.set(fault, found.remedy);
          figure(`doctor, ${fault.name}`, `${found.verdict}: ${found.text}`);
          assert.ok(['problem', 'warning'].includes(found.verdict), JSON.stringify(found));
          assert.match(found.text, fault.text);
          assert.match(found.remedy, fault.remedy);
        }
      } finally {
        for (const fault of faults) await fault.mend(remedies.get(fault) ?? '');
      }
    });
  }

  test('finds nothing when all is mended, and has looked everywhere', async () => {
    const { status, stdout } = await attempt('backscrubctl doctor --json');
    const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] };
    for (const { id, text } of findings) figure(`doctor, ${id}`, text);
    // A frame is timed by the clock on the wall: on a slow host it is too dear.
    const isDear = ({ id, verdict }: Finding): boolean => id === 'cost' && verdict === 'warning';
    const wrong = findings.filter(({ verdict }) => verdict === 'problem' || verdict === 'warning');
    assert.deepEqual(
      wrong.filter((finding) => !isDear(finding)),
      [],
    );
    assert.equal(status, 0);
    const looked = findings.filter((finding) => finding.verdict === 'ok' || isDear(finding));
    assert.deepEqual(
      looked.map(({ id }) => id),
      ['module', 'virtual-camera', 'camera', 'owners', 'sandbox', 'service', 'boot', 'rights', 'cost'],
    );
  });
});
