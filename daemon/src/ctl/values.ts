/** From what came over the bus to typed properties and plain JSON. */
import { PROPERTIES, type PropertyName, type PropertyValues } from '../generated/contract.js';
import { EXIT, Failure } from './failure.js';

/** What GetAll and PropertiesChanged carry: values with their signature. */
export type VariantRecord = Readonly<Record<string, unknown>>;

function isVariant(value: unknown): value is { signature: string; value: unknown } {
  return typeof value === 'object' && value !== null && 'signature' in value && 'value' in value;
}

export function isPropertyName(name: string): name is PropertyName {
  return Object.hasOwn(PROPERTIES, name);
}

/**
 * Takes the properties that this version knows and that have the type of the contract. Others are passed over, as the
 * contract asks of its clients.
 */
export function knownProperties(record: unknown): Partial<PropertyValues> {
  if (typeof record !== 'object' || record === null) return {};
  const known = Object.entries(record).flatMap(([name, variant]) =>
    isPropertyName(name) && isVariant(variant) && variant.signature === PROPERTIES[name].signature
      ? [[name, variant.value] as const]
      : [],
  );
  // The signature was compared above, and the bus checks that a message agrees with its signature.
  return Object.fromEntries(known) as Partial<PropertyValues>;
}

/** @throws Failure when one is missing: then the service is of another version */
export function allProperties(record: unknown): PropertyValues {
  const values = knownProperties(record);
  const missing = Object.keys(PROPERTIES).filter((name) => !Object.hasOwn(values, name));
  if (missing.length === 0) return values as PropertyValues;
  throw new Failure(
    EXIT.failed,
    `The service does not have the property ${missing.join(', ')}, or has it with another type.`,
    'The service is probably of another version than backscrubctl. Restart it: sudo systemctl restart backscrub',
  );
}

/** Takes the D-Bus types off: no variants, no bigints. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (isVariant(value)) return plainValue(value.value);
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(item)]));
  }
  return value;
}

/** A property as `--json` shows it: as on the bus, except that LastError is an object, or null for none. */
export function jsonValue(name: PropertyName, value: unknown): unknown {
  if (name === 'LastError' && Array.isArray(value)) {
    const [error, text] = value;
    return error === '' && text === '' ? null : { name: error, text };
  }
  return plainValue(value);
}
