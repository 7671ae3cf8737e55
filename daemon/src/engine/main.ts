/** The engine process: started by the service, which holds the virtual camera; see shared/protocol.ts. */
import { dieWithParent, hideMemory, VirtualCamera } from '@backscrub/native';
import { BackscrubError, toErrorInfo } from '../shared/errors.js';
import { ENGINE_OUTPUT_FD } from '../shared/names.js';
import { programVersion } from '../shared/program-version.js';
import type { EngineSetup, Look, ToEngine } from '../shared/protocol.js';
import { chooseCamera, findCamera } from './camera-choice.js';
import { CameraSource } from './camera-source.js';
import { ForkChannel } from './channel.js';
import type { Cameras } from './live-camera.js';
import { LiveLoop } from './live-loop.js';

// A service that dies takes the engine with it: nobody else would paint the placeholder then, and nobody would stop the camera.
if (!dieWithParent(process.ppid)) process.exit(0);
// A child that was taken over by a crafted picture is of the same user, and here are raw frames and the virtual camera.
hideMemory();

let loop: LiveLoop | undefined;
const channel = new ForkChannel(onMessage, () => process.exit(0));

function onMessage(message: ToEngine): void {
  switch (message.type) {
    case 'setup':
      if (!loop) void run(message.version, message.setup, message.look);
      break;
    case 'look':
      void loop?.setLook(message.serial, message.look);
      break;
    case 'model':
      void loop?.setModel(message.serial, message.model);
      break;
    case 'camera':
      loop?.setCamera(message.serial, message.camera);
      break;
    case 'cameras-changed':
      loop?.camerasChanged();
      break;
    case 'snapshot':
      loop?.snapshot(message.serial, message);
      break;
    case 'granted':
      loop?.granted(message.serial);
      break;
    case 'stop':
      if (loop) loop.stop();
      else process.exit(0);
      break;
  }
}

function cameras({ output, outputPath }: EngineSetup): Cameras {
  return {
    find: (wanted) => findCamera(wanted, output, outputPath).id,
    open: (wanted) => {
      const choice = chooseCamera(wanted, output, outputPath);
      return { source: CameraSource.open(choice), id: choice.device.id, name: choice.device.name };
    },
  };
}

/** A service that was replaced while it runs starts the new engine, and the two may no longer mean the same by a message. */
function checkVersion(service: string): void {
  const own = programVersion();
  if (service === own) return;
  throw new BackscrubError(
    'Failed',
    `Version ${own} was installed while version ${service} runs: restart the service (systemctl restart backscrub).`,
  );
}

async function run(version: string, setup: EngineSetup, look: Look): Promise<void> {
  try {
    checkVersion(version);
    const output = VirtualCamera.adopt(ENGINE_OUTPUT_FD, setup.output);
    loop = new LiveLoop(setup, look, channel, output, cameras(setup));
    await loop.run();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`engine: ${error instanceof Error ? error.stack : String(error)}\n`);
    channel.send({ type: 'failed', error: toErrorInfo(error) });
    // The message has to leave before the process does.
    setTimeout(() => process.exit(1), 50);
  }
}
