/** The installed service, as an administrator sees it: busctl, systemctl, /proc. */
import { attempt, eventually, guest, sleep } from './guest.js';

const CALL = 'busctl --system call org.backscrub /org/backscrub org.backscrub';

/** Quotes one word for the guest's shell. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The shell command of a method call; `signature` and `values` as busctl takes them. */
export function callCommand(method: string, signature = '', ...values: string[]): string {
  const words = signature === '' ? [] : [signature, ...values];
  return [CALL, method, ...words.map(quote)].join(' ');
}

export async function call(method: string, signature = '', ...values: string[]): Promise<string> {
  return guest(callCommand(method, signature, ...values));
}

/** The error's text of a call that must fail. */
export async function refused(method: string, signature = '', ...values: string[]): Promise<string> {
  const { status, stdout, stderr } = await attempt(callCommand(method, signature, ...values));
  if (status === 0) throw new Error(`${method} ${values.join(' ')} was accepted: ${stdout}`);
  return stderr.trim();
}

/** Values of properties as JSON has them, all read in one moment. */
export async function properties(...names: string[]): Promise<unknown[]> {
  const lines = await guest(
    `busctl --system --json=short get-property org.backscrub /org/backscrub org.backscrub ${names.join(' ')}`,
  );
  return lines.split('\n').map((json) => (JSON.parse(json) as { data: unknown }).data);
}

/** A property's value as JSON has it. */
export async function property<T = string>(name: string): Promise<T> {
  const [value] = await properties(name);
  return value as T;
}

export async function waitForState(...states: string[]): Promise<string> {
  return eventually(
    () => property('State'),
    (state) => states.includes(state),
    `State is none of ${states.join(', ')}`,
  );
}

export async function servicePid(): Promise<number> {
  return Number(await guest('systemctl show --property=MainPID --value backscrub.service'));
}

/** The engine's process, 0 when there is none: the service's child that has node's engine entry on its command line. */
export async function enginePid(): Promise<number> {
  const main = await servicePid();
  const { stdout } = await attempt(`pgrep -P ${main} -f engine/main | head -n 1`);
  return Number(stdout.trim() || '0');
}

/** Who has a device node open, by process number and command, without the feeder of the test. */
export async function openers(device: string): Promise<string[]> {
  const { stdout } = await attempt(
    `ps -o pid=,comm= -p "$(fuser ${device} 2>/dev/null | xargs | tr ' ' ',')"`,
  );
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/ feeder$/.test(line));
}

/** The engine says that it has let go of the camera when it is told to end, which may be after State has changed. */
export async function cameraIsReleased(): Promise<void> {
  await eventually(
    () => property<boolean>('CameraInUse'),
    (isInUse) => !isInUse,
    'the service says that the camera is in use',
  );
}

/** The last lines of the service's journal, for a failed test. */
export async function journal(lines = 40): Promise<string> {
  return (await attempt(`journalctl -u backscrub.service -n ${lines} --no-pager -o short-monotonic`)).stdout;
}

export interface Resources {
  readonly mb: number;
  /** What its descriptors are, sorted: `pipe`, `socket`, `/dev/video60`. */
  readonly files: readonly string[];
}

/** Memory and open files of a process. */
export async function resourcesOf(pid: number): Promise<Resources> {
  const [memory = '', ...files] = (
    await guest(
      `awk '/^VmRSS/ {print $2}' /proc/${pid}/status; find /proc/${pid}/fd -type l -printf '%l\\n' | sed 's/:\\[.*//' | sort`,
    )
  ).split('\n');
  return { mb: Number(memory) / 1024, files };
}

/** The idle service still has children for a moment that look for cameras, and garbage. */
const SETTLED_MS = 4000;

/** What the service has when its children are gone, which takes as long as the host lets it. */
export async function restingResources(service: number): Promise<Resources> {
  await sleep(SETTLED_MS);
  let before = await resourcesOf(service);
  return eventually(
    async () => {
      await sleep(SETTLED_MS / 2);
      const now = await resourcesOf(service);
      const { stdout: children } = await attempt(`pgrep -P ${service}`);
      const isSame = children === '' && now.files.length === before.files.length;
      before = now;
      return { ...now, isSame };
    },
    ({ isSame }) => isSame,
    'the service does not come to rest',
  );
}
