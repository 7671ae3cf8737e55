/** Checks what the engine says: it decodes hostile input, so a taken-over one must not be able to confuse the service. */
import { ERROR_NAMES, type ErrorCode, type ErrorInfo } from '../shared/errors.js';
import type { EngineStatistics, FromEngine, StageStatistics } from '../shared/protocol.js';

const MAX_TEXT = 500;
const MAX_STAGES = 32;
/** Characters of base64: more than a JPEG of the largest frame has. */
const MAX_PICTURE = 1 << 26;

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** An error from another process; a code that is not ours becomes Failed. */
export function parseErrorInfo(value: unknown): ErrorInfo | undefined {
  if (!isFields(value) || typeof value['message'] !== 'string') return undefined;
  const { code } = value;
  const known = typeof code === 'string' && Object.hasOwn(ERROR_NAMES, code);
  return { code: known ? (code as ErrorCode) : 'Failed', message: value['message'].slice(0, MAX_TEXT) };
}

function parseStage(value: unknown): StageStatistics | undefined {
  if (!isFields(value)) return undefined;
  const { wallMedian, wallP99, cpuMedian, cpuP99 } = value;
  if (!isNumber(wallMedian) || !isNumber(wallP99) || !isNumber(cpuMedian) || !isNumber(cpuP99))
    return undefined;
  return { wallMedian, wallP99, cpuMedian, cpuP99 };
}

function parseStatistics(value: unknown): EngineStatistics | undefined {
  if (!isFields(value) || !isFields(value['stages'])) return undefined;
  const { frames, dropped, reusedMattes, framesPerSecond, executionProvider } = value;
  if (!isCount(frames) || !isCount(dropped) || !isCount(reusedMattes)) return undefined;
  if (!isNumber(framesPerSecond) || !isText(executionProvider)) return undefined;
  const stages: Record<string, StageStatistics> = {};
  for (const [name, stage] of Object.entries(value['stages']).slice(0, MAX_STAGES)) {
    const parsed = parseStage(stage);
    if (!parsed || !/^[a-z][\w-]{0,31}$/i.test(name)) return undefined;
    stages[name] = parsed;
  }
  return { frames, dropped, reusedMattes, framesPerSecond, executionProvider, stages };
}

/** @returns undefined for whatever is not a whole message of the protocol */
export function parseEngineMessage(message: unknown): FromEngine | undefined {
  if (!isFields(message)) return undefined;
  const { type, serial } = message;
  const error = parseErrorInfo(message['error']);
  switch (type) {
    case 'camera': {
      const { inUse, id, name } = message;
      if (typeof inUse !== 'boolean' || !isText(id) || !isText(name)) return undefined;
      return { type, inUse, id, name };
    }
    case 'ready':
    case 'look-applied':
    case 'model-applied':
    case 'camera-applied':
      return isCount(serial) ? { type, serial } : undefined;
    case 'look-refused':
    case 'model-refused':
    case 'camera-refused':
    case 'snapshot-refused':
      return isCount(serial) && error ? { type, serial, error } : undefined;
    case 'snapshot': {
      const { jpeg } = message;
      if (!isCount(serial) || typeof jpeg !== 'string' || jpeg.length > MAX_PICTURE) return undefined;
      return { type, serial, jpeg };
    }
    case 'released':
    case 'failed':
      return error ? { type, error } : undefined;
    case 'statistics': {
      const statistics = parseStatistics(message['statistics']);
      return statistics ? { type, statistics } : undefined;
    }
    default:
      return undefined;
  }
}
