/** The engine process: started by the service, which holds the virtual camera; see shared/protocol.ts. */
import { dieWithParent, sealProcess, VirtualCamera } from '@backscrub/native';
import { toErrorInfo } from '../shared/errors.js';
import { ENGINE_OUTPUT_FD } from '../shared/names.js';
import type { EngineSetup, Look, ToEngine } from '../shared/protocol.js';
import { chooseCamera, findCamera } from './camera-choice.js';
import { CameraSource } from './camera-source.js';
import { ForkChannel } from './channel.js';
import type { Cameras } from './live-camera.js';
import { LiveLoop } from './live-loop.js';

// A service that dies takes the engine with it: nobody else would paint the placeholder then, and nobody would stop the camera.
if (!dieWithParent(process.ppid)) process.exit(0);
// All that it talks through is inherited: whoever takes it over by a crafted picture shall not reach the bus.
const refusal = sealProcess();
if (refusal !== 0)
  process.stderr.write(`engine: the kernel refuses to confine it further, errno ${refusal}\n`);

let loop: LiveLoop | undefined;
const channel = new ForkChannel(onMessage, () => process.exit(0));

function onMessage(message: ToEngine): void {
  switch (message.type) {
    case 'setup':
      if (!loop) void run(message.setup, message.look);
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

async function run(setup: EngineSetup, look: Look): Promise<void> {
  try {
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
