// D-Bus type signatures (D-Bus specification, "Type System") and the TypeScript types of their values.

const BASIC = {
  y: 'number',
  b: 'boolean',
  n: 'number',
  q: 'number',
  i: 'number',
  u: 'number',
  x: 'bigint',
  t: 'bigint',
  d: 'number',
  s: 'string',
  o: 'string',
  g: 'string',
  v: 'Variant',
};

/** Length of the first complete type from `at`. @throws Error when there is none */
function end(signature, at) {
  const code = signature[at];
  if (code !== undefined && code in BASIC) return at + 1;
  if (code === 'a') return end(signature, at + 1);
  const close = { '(': ')', '{': '}' }[code];
  let next = at + 1;
  while (close && next < signature.length && signature[next] !== close) next = end(signature, next);
  if (!close || next >= signature.length || next === at + 1)
    throw new Error(`not a supported signature: ${signature}`);
  return next + 1;
}

/** The complete types that a signature is made of. */
export function splitSignature(signature) {
  const types = [];
  for (let at = 0; at < signature.length; ) {
    const next = end(signature, at);
    types.push(signature.slice(at, next));
    at = next;
  }
  return types;
}

/** The TypeScript type of a value of one complete type. */
export function typeOf(type) {
  if (type in BASIC) return BASIC[type];
  if (type === 'ay') return 'Uint8Array';
  if (type.startsWith('a{')) {
    const [key, value] = splitSignature(type.slice(2, -1));
    return `Readonly<Record<${typeOf(key)}, ${typeOf(value)}>>`;
  }
  if (type.startsWith('a')) return `readonly ${wrap(typeOf(type.slice(1)))}[]`;
  return `readonly [${splitSignature(type.slice(1, -1)).map(typeOf).join(', ')}]`;
}

function wrap(type) {
  return type.startsWith('readonly ') ? `(${type})` : type;
}
