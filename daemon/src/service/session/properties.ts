import type { PropertyValues } from '../../generated/contract.js';
import { ERROR_NAMES } from '../../shared/errors.js';
import { EFFECTS, MODES } from '../../shared/names.js';
import type { Look } from '../../shared/protocol.js';
import { keepLast } from '../keep-last.js';
import type { EngineRecord } from './engine-record.js';
import { type SessionState, stateOf } from './machine.js';
import type { VirtualCameraPort } from './ports.js';
import type { Settings } from './settings.js';
import { toDictionary } from './statistics.js';

/** Makes the contract's properties. What has not changed since is the same object, which spares marshalling it again. */
export class Properties {
  readonly #version: string;
  readonly #errorPair = keepLast((name: string, text: string): [string, string] => [name, text]);
  readonly #statistics = keepLast(toDictionary);

  constructor(version: string) {
    this.#version = version;
  }

  /**
   * @param chosen what is remembered, and `look` what applications see, which may hold for a visit only; what the engine does of it
   *   is in the record
   */
  values(
    state: SessionState,
    chosen: Settings,
    look: Look,
    record: EngineRecord,
    virtualCamera: VirtualCameraPort,
  ): PropertyValues {
    const error = state.error ?? record.trouble ?? virtualCamera.trouble;
    return {
      State: stateOf(state),
      Mode: look.mode,
      Modes: MODES,
      Background: look.background,
      BlurStrength: look.blurStrength,
      Effects: look.effects,
      AvailableEffects: EFFECTS,
      CrossFade: look.crossFade ?? 0,
      Model: chosen.model,
      OnDemand: state.onDemand,
      Resolution: chosen.resolution,
      FrameRate: chosen.frameRate,
      VirtualCamera: virtualCamera.path,
      Camera: state.camera.id || chosen.camera,
      Consumers: state.consumers,
      CameraInUse: state.camera.inUse,
      LastError: this.#errorPair(error ? ERROR_NAMES[error.code] : '', error?.message ?? ''),
      Statistics: this.#statistics(
        virtualCamera.format,
        virtualCamera.onDemand,
        record.starts,
        record.failures,
        record.statistics,
      ),
      Version: this.#version,
    };
  }
}
