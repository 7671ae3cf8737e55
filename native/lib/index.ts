export { Backdrop } from './backdrop.js';
export { Camera, type CapturedFrame } from './camera.js';
export { Canvas, RoomCanvas } from './canvas.js';
export { type Encoding, encodingOf, toPipeline } from './colour.js';
export { DeviceError, type DeviceErrorKind } from './device-error.js';
export {
  describeVideoDevice,
  findVirtualCamera,
  listVideoDevices,
  moduleVersion,
  type VideoDevice,
} from './devices.js';
export { EFFECTS, EffectChain, type EffectDescription } from './effects.js';
export { FolderWatch } from './folder-watch.js';
export { Frame } from './frame.js';
export { FrameStream } from './frame-stream.js';
export { encodeJpeg } from './jpeg.js';
export { Matte, type MatteTuning, SETTLED, SETTLING } from './matte.js';
export { decodeMjpg, mjpgRounds } from './mjpg.js';
export {
  AUTO_MODE,
  type CameraMode,
  chooseMode,
  type FrameRate,
  type VideoFormat,
  type WantedMode,
} from './modes.js';
export { OpenWatch } from './open-watch.js';
export {
  awaitSystemd,
  dieWithParent,
  hideMemory,
  landlockVersion,
  notifySystemd,
  releaseBuffer,
  trimMemory,
} from './process.js';
export { type StageSummary, Stopwatch } from './stopwatch.js';
export { VirtualCamera, type VirtualCameraMode } from './virtual-camera.js';
