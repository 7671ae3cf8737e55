/** What browsers and sandboxed applications get to see: cameras by way of PipeWire. */
import { CARD_LABEL } from '../../shared/names.js';
import { type Finding, ok, skipped, warning } from './finding.js';
import type { System } from './system.js';

/** Looks for the virtual camera among the video sources of this user's PipeWire (pw-dump(1)). */
export async function examinePipeWire(system: System): Promise<Finding> {
  const dump = await system.run('pw-dump', '--no-colors');
  if (dump === undefined) return skipped('pipewire', 'pw-dump is not installed: PipeWire was not asked.');
  const sources = dump.status === 0 ? videoSources(dump.stdout) : undefined;
  if (sources === undefined) {
    const who = system.uid === 0 ? ' (it belongs to users, not to root)' : '';
    return skipped('pipewire', `PipeWire does not answer${who}.`);
  }
  if (sources.some((name) => name.includes(CARD_LABEL))) {
    return ok('pipewire', 'PipeWire shows the virtual camera: browsers and sandboxed applications see it.');
  }
  const others = sources.length === 0 ? 'no camera at all' : `only ${sources.join(', ')}`;
  return warning(
    'pipewire',
    `PipeWire does not show the virtual camera (${others}); it looked before the service was there.`,
    'systemctl --user restart wireplumber pipewire',
  );
}

/** Descriptions of the video sources, undefined when the text is none of pw-dump. */
function videoSources(text: string): string[] | undefined {
  let objects: unknown;
  try {
    objects = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(objects)) return undefined;
  return objects.flatMap((object: { info?: { props?: Readonly<Record<string, unknown>> } } | null) => {
    const props = object?.info?.props;
    if (props?.['media.class'] !== 'Video/Source') return [];
    return [String(props['node.description'] ?? props['api.v4l2.cap.card'] ?? props['node.name'] ?? '')];
  });
}
