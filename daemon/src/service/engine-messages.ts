/** Checks what the engine says: it decodes hostile input, so a taken-over one must not be able to confuse the service. */
import { cleanText, MAX_TEXT } from '../shared/clean-text.js';
import { parseErrorInfo } from '../shared/errors.js';
import type { EngineStatistics, FromEngine, StageStatistics } from '../shared/protocol.js';

const MAX_STAGES = 32;
/** Bytes of one message: more than a JPEG of the largest frame has in base64. */
export const MAX_MESSAGE = 32 << 20;
/** Of one that is not a picture: what is parsed takes many times its length. */
const MAX_WORDS = 64 << 10;
const PICTURE = /^\{"type":"snapshot","serial":(\d{1,15}),"jpeg":"/;
const PICTURE_END = '"}';

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
  const provider = cleanText(executionProvider);
  return { frames, dropped, reusedMattes, framesPerSecond, executionProvider: provider, stages };
}

/** @param line as it came; @returns undefined for what is not a whole message of the protocol */
export function parseEngineLine(line: Buffer): FromEngine | undefined {
  if (line.length > MAX_WORDS) return parsePicture(line.toString('latin1'));
  try {
    return parseEngineMessage(JSON.parse(line.toString('utf8')));
  } catch {
    return undefined;
  }
}

/** Without a parser, whose work and memory depend on what is in it. */
function parsePicture(text: string): FromEngine | undefined {
  const [head = '', serial] = PICTURE.exec(text) ?? [];
  if (serial === undefined || !text.endsWith(PICTURE_END)) return undefined;
  const jpeg = text.slice(head.length, -PICTURE_END.length);
  // What is in it says the decoder of base64; nothing else may follow it.
  return jpeg.includes('"') ? undefined : { type: 'snapshot', serial: Number(serial), jpeg };
}

/** @returns undefined for whatever is not a whole message of the protocol */
export function parseEngineMessage(message: unknown): FromEngine | undefined {
  if (!isFields(message)) return undefined;
  const { type, serial } = message;
  const error = parseErrorInfo(message['error']);
  switch (type) {
    case 'loading':
      return { type };
    case 'camera': {
      const { inUse, id, name } = message;
      if (typeof inUse !== 'boolean' || !isText(id) || !isText(name)) return undefined;
      return { type, inUse, id: cleanText(id), name: cleanText(name) };
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
      if (!isCount(serial) || typeof jpeg !== 'string') return undefined;
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
