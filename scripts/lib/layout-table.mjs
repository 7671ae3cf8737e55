/** Which files of the tree go where under the prefix. */

/**
 * `from`: a pattern on the path relative to the root. `to`: the folder or, with a name, the file, from the match.
 * `required`: the installed service cannot work without it. `rewrite`: names the prefix in its text.
 */
export const systemFiles = [
  {
    from: /^dbus\/org\.backscrub\.xml$/,
    to: 'share/dbus-1/interfaces/org.backscrub.xml',
    required: 'the D-Bus contract',
  },
  {
    from: /^dbus\/org\.backscrub\.conf$/,
    to: 'share/dbus-1/system.d/org.backscrub.conf',
    required: 'the bus policy',
  },
  {
    from: /^dbus\/org\.backscrub\.service$/,
    to: 'share/dbus-1/system-services/org.backscrub.service',
    required: 'the D-Bus activation file',
    rewrite: true,
  },
  {
    from: /^dbus\/([^/]+\.policy)$/,
    to: 'share/polkit-1/actions/$1',
    required: 'the polkit actions',
  },
  {
    from: /^systemd\/backscrub\.service$/,
    to: 'lib/systemd/system/backscrub.service',
    required: 'the systemd unit',
    rewrite: true,
  },
  { from: /^systemd\/(backscrub-announce\.(?:path|service))$/, to: 'lib/systemd/system/$1', rewrite: true },
  { from: /^systemd\/announce-camera\.sh$/, to: 'lib/backscrub/announce-camera' },
  { from: /^systemd\/.*sysusers.*$/, to: 'lib/sysusers.d/backscrub.conf', required: "the service's user" },
  { from: /^systemd\/.*tmpfiles.*$/, to: 'lib/tmpfiles.d/backscrub.conf' },
  { from: /^systemd\/.*modprobe.*$/, to: 'lib/modprobe.d/backscrub.conf', required: "the module's options" },
  {
    from: /^systemd\/.*modules-load.*$/,
    to: 'lib/modules-load.d/backscrub.conf',
    required: 'the module to load',
  },
  { from: /^systemd\/(?:.*\/)?([^/]+\.rules)$/, to: 'lib/udev/rules.d/$1' },
  { from: /^docs\/man\/([^/]+)\.([1-8])$/, to: 'share/man/man$2/$1.$2' },
  { from: /^daemon\/completions\/(?:.*\/)?_backscrubctl$/, to: 'share/zsh/site-functions/_backscrubctl' },
  { from: /^daemon\/completions\/.*zsh$/, to: 'share/zsh/site-functions/_backscrubctl' },
  { from: /^daemon\/completions\/.*fish$/, to: 'share/fish/vendor_completions.d/backscrubctl.fish' },
  {
    from: /^daemon\/completions\/(?:.*\/)?backscrubctl(?:\.bash)?$/,
    to: 'share/bash-completion/completions/backscrubctl',
  },
  // Only where `npm run extension:build` has made it.
  {
    from: /^gnome-extension\/build\/(backscrub@backscrub\.org\/.+)$/,
    to: 'share/gnome-shell/extensions/$1',
  },
  { from: /^(LICENSE|NOTICE|README\.md|NEWS\.md)$/, to: 'share/doc/backscrub/$1' },
];

/** Folders of the tree in which `systemFiles` looks. */
export const systemFolders = [
  'dbus',
  'systemd',
  'docs/man',
  'daemon/completions',
  'gnome-extension/build/backscrub@backscrub.org',
];

/** @returns the entry's target for `path`, or undefined */
export function target(entry, path) {
  const match = entry.from.exec(path);
  if (match === null) return undefined;
  return entry.to.replace(/\$(\d)/g, (_, group) => match[Number(group)] ?? '');
}
