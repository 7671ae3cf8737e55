/** The command line of backscrubd. */
import { parseArgs } from 'node:util';
import { BackscrubError } from '../shared/errors.js';
import { parseFrameRate, parseResolution } from './session/format.js';
import type { Settings } from './session/settings.js';

/** Where the system bus listens unless DBUS_SYSTEM_BUS_ADDRESS says otherwise (D-Bus specification). */
const SYSTEM_BUS = 'unix:path=/run/dbus/system_bus_socket';

export interface CommandLine {
  readonly action: 'run' | 'help' | 'version';
  readonly bus: string;
  /** Path of the virtual camera's device, undefined = the one with our card label. */
  readonly device: string | undefined;
  /** What goes before the remembered settings. */
  readonly settings: Partial<Settings>;
  /** Where models run. */
  readonly provider: string;
}

/** Those of the engine (models/segmenter.ts), which this process does not load. */
const EXECUTION_PROVIDERS: readonly string[] = ['cpu', 'cuda', 'tensorrt', 'webgpu'];

export const HELP = `Usage: backscrubd [OPTION]...

Owns the virtual camera and answers as org.backscrub on the system bus.

  --bus ADDRESS       another bus, for example unix:path=/tmp/bus
  --device PATH       the loopback device (default: the one with the card label
                      "Backscrub")
  --camera ID         the real camera by its stable id, or by the path of its
                      node, which is then the only one that is used
  --resolution WxH    size of the virtual camera, or "auto" for the camera's
  --frame-rate N      frames per second of the virtual camera, or 0 for the
                      camera's
  --provider NAME     where models run: cpu (default), or cuda, tensorrt or
                      webgpu where onnxruntime and the hardware have it; else
                      the engine takes the cpu
  --start             enable the virtual camera, also after a stop
  --help, --version

--camera, --resolution, --frame-rate and --start go before what was chosen
with backscrubctl and is remembered in $STATE_DIRECTORY/settings.json.
backscrubctl steers the service; see backscrubd(8).
`;

/** @throws BackscrubError InvalidArgs with what is wrong */
export function parseCommandLine(args: readonly string[], env: NodeJS.ProcessEnv): CommandLine {
  const values = parse(args);
  const fromEnvironment = env['DBUS_SYSTEM_BUS_ADDRESS'];
  return {
    action: values.help ? 'help' : values.version ? 'version' : 'run',
    bus: values.bus ?? (fromEnvironment ? fromEnvironment : SYSTEM_BUS),
    device: values.device,
    settings: {
      ...(values.start && { started: true }),
      ...(values.camera !== undefined && { camera: values.camera }),
      ...(values.resolution !== undefined && { resolution: resolution(values.resolution) }),
      ...(values['frame-rate'] !== undefined && { frameRate: frameRate(values['frame-rate']) }),
    },
    provider: provider(values.provider ?? 'cpu'),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        bus: { type: 'string' },
        device: { type: 'string' },
        camera: { type: 'string' },
        resolution: { type: 'string' },
        'frame-rate': { type: 'string' },
        provider: { type: 'string' },
        start: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new BackscrubError('InvalidArgs', error instanceof Error ? error.message : String(error));
  }
}

function resolution(text: string): string {
  try {
    return parseResolution(text);
  } catch {
    throw new BackscrubError(
      'InvalidArgs',
      `--resolution ${text}: write "auto" or two even numbers from 32 to 4096, like 1280x720.`,
    );
  }
}

function frameRate(text: string): number {
  try {
    return parseFrameRate(/^\d+$/.test(text) ? Number(text) : Number.NaN);
  } catch {
    throw new BackscrubError(
      'InvalidArgs',
      `--frame-rate ${text}: write a whole number from 1 to 240, or 0 for the camera's.`,
    );
  }
}

/** Whether it works on this machine turns out in the engine, which falls back to the cpu. */
function provider(name: string): string {
  if (EXECUTION_PROVIDERS.includes(name)) return name;
  throw new BackscrubError(
    'InvalidArgs',
    `--provider ${name}: choose one of ${EXECUTION_PROVIDERS.join(', ')}.`,
  );
}
