import type { PropertyName, PropertyValues } from '../generated/contract.js';
import { PROPERTIES } from '../generated/contract.js';
import { remedyFor } from './service-error.js';
import type { Paint, Painter } from './terminal.js';
import { count, printable, wrap } from './text.js';
import { isPropertyName, jsonValue } from './values.js';

type Status = Omit<PropertyValues, 'Statistics'>;

const LABEL_WIDTH = 16;

interface StateWords {
  readonly paint: Paint;
  readonly text: string;
}

const STATES: ReadonlyMap<string, StateWords> = new Map<string, StateWords>([
  ['stopped', { paint: 'dim', text: 'switched off; applications see a placeholder card' }],
  ['idle', { paint: 'green', text: 'ready; the camera opens when an application watches' }],
  ['starting', { paint: 'yellow', text: 'an application watches, the first picture is on its way' }],
  ['running', { paint: 'green', text: 'an application watches the composed picture' }],
  ['suspended', { paint: 'yellow', text: 'the system sleeps; goes on when it wakes' }],
  ['failed', { paint: 'red', text: 'something is wrong; applications see a placeholder card' }],
]);

const MODES: ReadonlyMap<string, string> = new Map([
  ['blur', 'the room is blurred'],
  ['replace', 'the background is put behind you'],
  ['mask', 'the matte is shown: you are white, the rest is black'],
  ['passthrough', 'the room is shown as it is'],
]);

/** A state in plain words; one that is not known means `starting` (contract). */
export function stateWords(state: string): StateWords {
  return STATES.get(state) ?? { paint: 'yellow', text: 'getting ready' };
}

/** What `backscrubctl status` prints, laid out for `width` columns. */
export function formatStatus(status: Status, paint: Painter, width: number): string {
  const lines: string[] = [];
  /** The value is painted after wrapping, which counts characters. */
  const line = (label: string, value: string, explanation = '', colour?: Paint) => {
    const shown = printable(value);
    const text = explanation === '' ? shown : `${shown} - ${explanation}`;
    const indent = ' '.repeat(LABEL_WIDTH);
    const wrapped = wrap(text, width, indent).slice(LABEL_WIDTH);
    const painted = colour === undefined ? wrapped : wrapped.replace(shown, () => paint(colour, shown));
    lines.push(`${paint('bold', label)}${' '.repeat(LABEL_WIDTH - label.length)}${painted}`);
  };
  const { paint: stateColour, text: stateText } = stateWords(status.State);
  line('State', status.State, stateText, stateColour);
  const open = status.Mode === 'passthrough';
  line('Mode', status.Mode, MODES.get(status.Mode) ?? '', open ? 'yellow' : undefined);
  line('Background', status.Background, status.Mode === 'replace' ? '' : 'for mode replace');
  line('Blur strength', String(status.BlurStrength), status.Mode === 'blur' ? '' : 'for mode blur');
  line('Effects', status.Effects.length === 0 ? 'none' : status.Effects.join(', '));
  line('Model', status.Model);
  line('Camera', status.Camera === '' ? 'automatic' : status.Camera);
  line('Camera in use', status.CameraInUse ? 'yes' : 'no', '', status.CameraInUse ? 'green' : undefined);
  if (!status.OnDemand) line('On demand', 'off', 'the camera is on as long as this is started', 'yellow');
  line('Watched by', status.Consumers === 0 ? 'nobody' : count(status.Consumers, 'application'));
  if (status.Resolution !== 'auto') line('Resolution', status.Resolution);
  if (status.FrameRate !== 0) line('Frame rate', String(status.FrameRate));
  if (status.VirtualCamera === '') line('Virtual camera', 'none', '', 'red');
  else line('Virtual camera', status.VirtualCamera, 'choose "Backscrub" in the application');
  const [errorName, errorText] = status.LastError;
  if (errorName === '' && errorText === '') line('Last error', 'none');
  else {
    line('Last error', errorText === '' ? errorName : errorText, '', 'red');
    if (errorName !== '' && errorText !== '') line('', errorName, '', 'dim');
    const remedy = remedyFor(errorName);
    if (remedy !== '') line('What to do', remedy);
  }
  line('Version', status.Version);
  return `${lines.join('\n')}\n`;
}

/** `status --json`: every property but Statistics, under its name on the bus. */
export function statusJson(status: Status): Record<string, unknown> {
  const names = Object.keys(PROPERTIES).filter(isPropertyName).filter(isStatusProperty);
  return Object.fromEntries(names.map((name) => [name, jsonValue(name, status[name])]));
}

function isStatusProperty(name: PropertyName): name is keyof Status {
  return name !== 'Statistics';
}
