import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeviceError, type VideoDevice } from '@backscrub/native';
import type { PropertyValues } from '../../generated/contract.js';
import { parseCommandLine } from '../arguments.js';
import type { Client } from '../client.js';
import { EXIT, Failure } from '../failure.js';
import type { ProcessFile } from '../process.js';
import { SAMPLE } from '../testing/fake-service.js';
import { Recorder } from '../testing/recorder.js';
import { doctorVerb } from './doctor.js';
import type { Finding } from './finding.js';
import type { CommandResult, System } from './system.js';

const LOOPBACK: VideoDevice = {
  path: '/dev/video10',
  id: 'loop',
  name: 'Backscrub',
  driver: 'v4l2 loopback',
  busInfo: 'platform:v4l2loopback-010',
  capture: true,
  output: false,
  formats: [],
};
const CAMERA: VideoDevice = {
  ...LOOPBACK,
  path: '/dev/video0',
  id: 'cam',
  name: 'HD Camera',
  driver: 'uvcvideo',
};
const done = (stdout = ''): CommandResult => ({ status: 0, stdout, stderr: '' });
const failed = (stderr: string, status = 1): CommandResult => ({ status, stdout: '', stderr });
const node = (description: string) => ({
  info: { props: { 'media.class': 'Video/Source', 'node.description': description } },
});

/** A machine on which all is well; each test breaks one thing. */
interface Machine {
  uid: number;
  version: string | undefined;
  landlock: number;
  devices: VideoDevice[];
  commands: Record<string, CommandResult | undefined>;
  files: Record<string, Buffer>;
  folders: Record<string, string[]>;
  links: Record<string, string>;
  values: PropertyValues | Failure;
  frame: number | Error;
}

function healthy(): Machine {
  return {
    uid: 1000,
    version: '0.13.2',
    landlock: 5,
    devices: [CAMERA, LOOPBACK],
    commands: {
      systemctl: done('enabled\n'),
      pkcheck: done(),
      'pw-dump': done(JSON.stringify([node('HD Camera'), node('Backscrub (V4L2)')])),
    },
    files: {},
    folders: {},
    links: {},
    values: { ...SAMPLE, State: 'idle', LastError: ['', ''] },
    frame: 3,
  };
}

function systemOf(machine: Machine): System {
  return {
    kernel: '6.1.0-9-amd64',
    uid: machine.uid,
    read: (path) => machine.files[path],
    list: (path) => machine.folders[path] ?? [],
    link: (path) => machine.links[path],
    videoDevices: () => machine.devices,
    loopbackVersion: () => machine.version,
    landlockVersion: () => machine.landlock,
    run: async (command) => machine.commands[command],
  };
}

async function examine(change: (machine: Machine) => void, argv: readonly string[] = ['doctor', '--json']) {
  const machine = healthy();
  change(machine);
  const terminal = new Recorder();
  const cost = (ms: number) => ({ wallMedian: ms, wallP99: ms, cpuMedian: ms, cpuP99: ms });
  const processFile: ProcessFile = async () => {
    if (machine.frame instanceof Error) throw machine.frame;
    // The medians of the whole and of the scene are those of different frames.
    const stages = {
      capture: cost(40),
      inference: cost(2),
      compose: cost(machine.frame - 2),
      output: cost(1),
      frame: cost(machine.frame + 60),
    };
    const statistics = {
      frames: 60,
      dropped: 0,
      reusedMattes: 0,
      framesPerSecond: 30,
      stages,
      executionProvider: 'cpu',
    };
    return { frames: 60, seconds: 2, statistics };
  };
  let closed = 0;
  const status = await doctorVerb(parseCommandLine(argv), {
    terminal,
    system: systemOf(machine),
    connect: async () => {
      const { values } = machine;
      if (values instanceof Failure) throw values;
      return { properties: async () => values, close: () => closed++ } as unknown as Client;
    },
    loadEngine: async () => processFile,
  });
  if (!(machine.values instanceof Failure)) assert.equal(closed, 1, 'the connection is closed');
  return { status, stdout: terminal.stdout };
}

/** The one finding that is not in order, and the exit status. */
async function trouble(change: (machine: Machine) => void) {
  const { status, stdout } = await examine(change);
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  const wrong = findings.filter(({ verdict }) => verdict === 'warning' || verdict === 'problem');
  assert.equal(wrong.length, 1, stdout);
  const [finding] = wrong as [Finding];
  assert.notEqual(finding.remedy, '', 'every finding has its remedy');
  assert.equal(status, finding.verdict === 'problem' ? EXIT.failed : EXIT.ok);
  return `${finding.id} ${finding.verdict}: ${finding.text} -> ${finding.remedy}`;
}

test('a healthy machine', async () => {
  const { status, stdout } = await examine(() => {}, ['doctor']);
  assert.equal(status, EXIT.ok);
  assert.match(stdout, /All is well\.\n$/);
  assert.doesNotMatch(stdout, /PROBLEM|warning/);
  for (const line of stdout.split('\n')) assert(line.length <= 80, line);
});

test('the module: absent, for another kernel, not loaded, Secure Boot, old', async () => {
  const unloaded = (more: (machine: Machine) => void) => (machine: Machine) => {
    machine.version = undefined;
    more(machine);
  };
  assert.match(
    await trouble(unloaded((m) => (m.commands['modinfo'] = failed('not found')))),
    /^module problem: .*no module.*apt install/s,
  );
  assert.match(
    await trouble(
      unloaded((m) => {
        m.commands['modinfo'] = failed('not found');
        m.folders['/var/lib/dkms/v4l2loopback'] = ['0.13.2'];
      }),
    ),
    /not built for the running kernel 6\.1\.0-9-amd64.*linux-headers-6\.1\.0-9-amd64/s,
  );
  assert.match(
    await trouble(unloaded((m) => (m.commands['modinfo'] = done('0.13.2')))),
    /not loaded\. -> sudo modprobe v4l2loopback$/,
  );
  const variable = '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c';
  assert.match(
    await trouble(
      unloaded((m) => {
        m.commands['modinfo'] = done('0.13.2');
        m.files[variable] = Buffer.from([6, 0, 0, 0, 1]);
      }),
    ),
    /Secure Boot.*mokutil --import/s,
  );
  assert.match(await trouble((m) => (m.version = '0.12.7')), /^module warning: .*stays on/);
});

test('a kernel without Landlock', async () => {
  assert.match(await trouble((m) => (m.landlock = 0)), /^sandbox warning: .*no Landlock.*-> .*lsm=/s);
});

test('the virtual camera: absent, without exclusive_caps, with too many buffers, without a writer, forbidden', async () => {
  const own = (change: Partial<VideoDevice>) => (machine: Machine) => {
    machine.devices = [CAMERA, { ...LOOPBACK, ...change }];
  };
  assert.match(
    await trouble((m) => (m.devices = [CAMERA])),
    /^virtual-camera problem: .*no device with the label/,
  );
  assert.match(await trouble(own({ output: true })), /^virtual-camera problem: .*exclusive_caps=0/);
  const buffers = (count: string) => (m: Machine) => {
    m.files['/sys/class/video4linux/video10/buffers'] = Buffer.from(count);
  };
  assert.match(
    await trouble(buffers('8\n')),
    /^virtual-camera problem: .*has 8 buffers.*Firefox.*modprobe -r/s,
  );
  assert.equal((await examine(buffers('4\n'))).status, EXIT.ok);
  assert.match(
    await trouble(own({ capture: false, output: true })),
    /^virtual-camera warning: .*nobody has written/,
  );
  const error = new DeviceError('permission', '/dev/video', 13);
  assert.match(await trouble(own({ error })), /^virtual-camera warning: .*usermod/s);
});

test('cameras: none, and none that may be opened', async () => {
  assert.match(await trouble((m) => (m.devices = [LOOPBACK])), /^camera problem: There is no camera/);
  const error = new DeviceError('permission', '/dev/video', 13);
  const hidden = { ...CAMERA, capture: false, error };
  assert.match(await trouble((m) => (m.devices = [hidden, LOOPBACK])), /^camera warning: .*\/dev\/video0/);
});

test('who has a device open', async () => {
  const { stdout } = await examine((m) => {
    m.folders['/proc'] = ['1', '77', 'self'];
    m.folders['/proc/77/fd'] = ['0', '5'];
    m.links['/proc/77/fd/5'] = '/dev/video0';
    m.files['/proc/77/comm'] = Buffer.from('zoom\n');
    m.folders['/proc/1/fd'] = ['9'];
    m.links['/proc/1/fd/9'] = '/dev/video0';
    m.files['/proc/1/comm'] = Buffer.from('systemd\n');
  });
  assert.match(stdout, /\/dev\/video0 \(HD Camera\) by zoom/);
  assert.doesNotMatch(stdout, /by systemd|, systemd/, 'it keeps a descriptor and uses none');
});

test('the service: not installed, silent, failed, stopped, not enabled', async () => {
  const silent = new Failure(EXIT.unreachable, 'The service did not answer.', 'Is it installed?');
  const quiet = (unit: string) => (machine: Machine) => {
    machine.values = silent;
    machine.commands['systemctl'] = done(unit);
  };
  assert.match(await trouble(quiet('not-found')), /^service problem: The service is not installed/);
  assert.match(
    await trouble(quiet('loaded')),
    /^service problem: The service did not answer\. -> Is it installed\?/,
  );
  const state =
    (State: string, LastError: readonly [string, string] = ['', '']) =>
    (machine: Machine) => {
      machine.values = { ...SAMPLE, State, LastError };
    };
  assert.match(
    await trouble(state('failed', ['org.backscrub.Error.NoCamera', 'No camera.'])),
    /^service problem: .*No camera\./,
  );
  assert.match(
    await trouble(state('idle', ['org.backscrub.Error.CameraBusy', 'It is used by another program.'])),
    /^service warning: .*is idle, and it reports: It is used.* -> .*backscrubctl start/s,
  );
  assert.match(await trouble(state('stopped')), /^service warning: .*backscrubctl start/);
  assert.match(await trouble((m) => (m.commands['systemctl'] = failed('', 1))), /^boot warning/);
});

test('rights: polkit absent, without the action, asking, refusing', async () => {
  const answer = (result: CommandResult | undefined) => (machine: Machine) => {
    machine.commands['pkcheck'] = result;
  };
  assert.match(await trouble(answer(undefined)), /^rights problem: polkit is not installed/);
  assert.match(
    await trouble(answer(failed('Action org.backscrub.control is not registered', 127))),
    /does not know the action/,
  );
  assert.match(
    await trouble(answer(failed("Authorization requires authentication and -u wasn't passed.", 2))),
    /^rights warning/,
  );
  assert.match(await trouble(answer(failed('Not authorized.'))), /^rights problem: polkit does not let you/);
});

test('PipeWire: shows it not, is silent, is absent', async () => {
  const dump = (result: CommandResult | undefined) => (machine: Machine) => {
    machine.commands['pw-dump'] = result;
  };
  assert.match(
    await trouble(dump(done(JSON.stringify([node('HD Camera')])))),
    /^pipewire warning: .*only HD Camera/,
  );
  for (const result of [undefined, failed('no daemon'), done('{')]) {
    const { status, stdout } = await examine(dump(result));
    assert.equal(status, EXIT.ok);
    assert.match(stdout, /"verdict": "skipped"/);
  }
});

test('the cost: too much, and a model that does not work', async () => {
  assert.match(await trouble((m) => (m.frame = 25)), /^cost warning: .*25\.0 ms/);
  assert.match(
    await trouble((m) => (m.frame = new Error('no such operator'))),
    /^cost problem: .*no such operator/,
  );
});
