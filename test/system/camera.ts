/** The real camera of the test: a second v4l2loopback node that shows a clip. */
import { attempt, endConsumer, eventually, guest } from './guest.js';
import { openers } from './service.js';

export const CAMERA = '/dev/video40';
export const CAMERA_NAME = 'Test Camera';

export type CameraFormat = 'YUYV' | 'MJPG';

export interface CameraMode {
  readonly format: CameraFormat;
  readonly width: number;
  readonly height: number;
}

/** Makes the node, when it is not there. */
export async function plugCamera(): Promise<void> {
  await guest(`[ -e ${CAMERA} ] || v4l2loopback-ctl add -n '${CAMERA_NAME}' -x 1 ${CAMERA}`);
}

/** Waits until nobody has the camera open: before that its format cannot be changed. */
async function untilClosed(): Promise<void> {
  await eventually(
    () => attempt(`fuser ${CAMERA}`),
    ({ status }) => status !== 0,
    'somebody has the camera open',
  );
}

/** Takes the node away, as soon as nobody has it open. */
export async function unplugCamera(): Promise<void> {
  await endConsumer();
  await stopCamera();
  await untilClosed();
  // Those who look for cameras may open it once more.
  await eventually(
    () => attempt(`[ ! -e ${CAMERA} ] || v4l2loopback-ctl delete ${CAMERA}`),
    ({ status }) => status === 0,
    'the camera cannot be unplugged',
  );
}

/** A camera is punctual, whatever the processor does. */
async function background(command: string): Promise<void> {
  await attempt('systemctl stop feeder.service; systemctl reset-failed feeder.service');
  await untilClosed();
  await guest(`systemd-run --quiet --unit=feeder --property=Nice=-20 ${command}`);
  await eventually(
    () => attempt(`v4l2-ctl -d ${CAMERA} --get-fmt-video`),
    ({ status }) => status === 0,
    'the camera does not send',
  );
}

const clipOf = ({ width, height, format }: CameraMode): string => `clip-${width}x${height}-${format}.frames`;

async function feed({ width, height, format }: CameraMode, file: string): Promise<void> {
  await plugCamera();
  await background(`feeder ${CAMERA} ${width} ${height} ${format} 30 /mnt/clips/${file}`);
}

/** Shows stored frames (frames.ts) exactly as they are, to the application that comes next. */
export async function showFrames(mode: CameraMode, file: string): Promise<void> {
  await endConsumer();
  await feed(mode, file);
}

/** Shows the clip from its start, again and again, at 30 frames per second, to the application that comes next. */
export async function showClip(mode: CameraMode): Promise<void> {
  await showFrames(mode, clipOf(mode));
}

/** The same while an application reads. */
export async function plugInClip(mode: CameraMode): Promise<void> {
  await feed(mode, clipOf(mode));
}

/** Another program takes the camera before Backscrub does, until `releaseCamera`. */
export async function occupyCamera(): Promise<void> {
  await guest(
    `systemd-run --quiet --collect --unit=other v4l2-ctl -d ${CAMERA} --stream-mmap --stream-count=0`,
  );
  await eventually(
    () => openers(CAMERA),
    (who) => who.some((line) => /v4l2-ctl/.test(line)),
    'the other program does not open the camera',
  );
}

export async function releaseCamera(): Promise<void> {
  await attempt('systemctl stop other.service');
}

export async function stopCamera(): Promise<void> {
  await attempt('systemctl stop feeder.service');
}
