import type { BackgroundRow } from './bus-state.js';
import type { Translate } from './words.js';

const ERROR_PREFIX = 'org.backscrub.Error.';

/** A mode as an item of the menu. Unknown ones, of a later service, show their own name. */
export function modeLabel(mode: string, _: Translate): string {
  switch (mode) {
    case 'blur':
      return _('Blur');
    case 'replace':
      return _('Replace');
    case 'mask':
      return _('Silhouette');
    case 'passthrough':
      return _('No Effect, Room Visible');
    default:
      return capitalised(mode);
  }
}

/** A mode under the tile's title, where there is room for little. */
export function modeSubtitle(mode: string, _: Translate): string {
  return mode === 'passthrough' ? _('Room visible for now') : modeLabel(mode, _);
}

export function effectLabel(effect: string, _: Translate): string {
  switch (effect) {
    case 'mirror':
      return _('Mirror');
    case 'flip':
      return _('Upside Down');
    case 'hologram':
      return _('Hologram');
    case 'brighten':
      return _('Brighten');
    case 'desaturate-background':
      return _('Gray Background');
    case 'blur-background':
      return _('Soft Background');
    case 'light-wrap':
      return _('Light from Behind');
    case 'grayscale':
      return _('Black and White');
    case 'vignette':
      return _('Vignette');
    default:
      return capitalised(effect);
  }
}

/** A few words for an error's D-Bus name; the service's own sentence stands in the menu. */
export function errorSubtitle(name: string, _: Translate): string {
  switch (name.startsWith(ERROR_PREFIX) ? name.slice(ERROR_PREFIX.length) : '') {
    case 'NoCamera':
      return _('Camera unplugged');
    case 'CameraBusy':
      return _('Camera in use');
    case 'NoVirtualCamera':
      return _('No virtual camera');
    case 'UnknownBackground':
    case 'BadImage':
      return _('Background unusable');
    case 'UnknownModel':
    case 'BadModel':
      return _('Model unusable');
    default:
      return _('Not working');
  }
}

/** What people call a background: its name in the store, the kind of thing it is, or a file's name. */
export function backgroundLabel(
  background: string,
  known: readonly BackgroundRow[] | undefined,
  _: Translate,
): string {
  const row = known?.find(({ id }) => id === background);
  if (row !== undefined) return row.name;
  if (background.startsWith('color:')) return _('Color');
  if (background.startsWith('gradient:')) return _('Gradient');
  const file = background.slice(background.lastIndexOf('/') + 1);
  return file.replace(/(.)\.[^.]*$/, '$1');
}

function capitalised(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
