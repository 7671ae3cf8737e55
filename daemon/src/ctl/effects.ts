/** `backscrubctl effects`. */
import type { PropertyValues } from '../generated/contract.js';
import type { CommandContext } from './commands.js';
import { EXIT, Failure } from './failure.js';
import { print, printJson } from './print.js';
import type { Painter } from './terminal.js';
import { printable } from './text.js';

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['hologram', 'you as a hologram, blue and in lines'],
  ['mirror', 'left and right exchanged, as in a mirror'],
  ['flip', 'upside down'],
  ['grayscale', 'no colours'],
  ['desaturate-background', 'no colours behind you'],
  ['vignette', 'darker towards the corners'],
  ['brighten', 'you brighter, where the light is low'],
  ['blur-background', 'what replaces the room out of focus'],
  ['light-wrap', 'light of the background on your outline'],
]);

type EffectProperties = Pick<PropertyValues, 'Effects' | 'AvailableEffects'>;

export async function effectsCommand({ line, client, terminal }: CommandContext): Promise<void> {
  const [action, ...names] = line.positionals;
  const before = await client.properties();
  if (action === undefined) {
    if (line.json) printJson(terminal, jsonOf(before));
    else terminal.out(formatEffects(before, terminal.paint));
    return;
  }
  await client.call('SetEffects', chosen(action, names, before));
  const after = await client.properties();
  const text = after.Effects.length === 0 ? 'none' : after.Effects.join(', ');
  print(terminal, line, jsonOf(after), `Effects: ${text}`);
}

function chosen(action: string, names: readonly string[], now: EffectProperties): readonly string[] {
  switch (action) {
    case 'add':
      return [...now.Effects, ...names.filter((name) => !now.Effects.includes(name))];
    case 'remove':
      // The service cannot tell that a name which is left out was wrong.
      for (const name of names) refuseUnknown(name, now.AvailableEffects);
      return now.Effects.filter((name) => !names.includes(name));
    case 'none':
      return [];
    default:
      return names;
  }
}

function refuseUnknown(name: string, available: readonly string[]): void {
  if (available.includes(name)) return;
  throw new Failure(EXIT.failed, `There is no effect "${name}"; the effects are ${available.join(', ')}.`);
}

function jsonOf({ Effects, AvailableEffects }: EffectProperties): EffectProperties {
  return { Effects, AvailableEffects };
}

/** One line for each effect, those at work marked; their order, where there are several. */
export function formatEffects({ Effects, AvailableEffects }: EffectProperties, paint: Painter): string {
  const width = Math.max(0, ...AvailableEffects.map((name) => name.length));
  const lines = AvailableEffects.map((name) => {
    const on = Effects.includes(name);
    const shown = printable(name).padEnd(width);
    return `${on ? '*' : ' '} ${on ? paint('green', shown) : shown}  ${MEANINGS.get(name) ?? ''}`.trimEnd();
  });
  if (Effects.length > 1) lines.push(`Applied in this order: ${Effects.map(printable).join(', ')}`);
  return `${lines.join('\n')}\n`;
}
