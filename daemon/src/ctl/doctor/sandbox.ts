/** Whether the kernel can take from decoders what they do not need (docs/security.md). */
import { type Finding, ok, warning } from './finding.js';
import type { System } from './system.js';

export function examineSandbox(system: System): Finding {
  const version = system.landlockVersion();
  if (version > 0) return ok('sandbox', `Decoders are confined to their own files (Landlock ${version}).`);
  return warning(
    'sandbox',
    'The kernel has no Landlock, or it is switched off: a decoder that a hostile file has taken over can read what the service may read, and change its files.',
    'cat /sys/kernel/security/lsm\nIf landlock is not among them, add it to the list in lsm= of the kernel command line; Linux 5.13 and later have it.',
  );
}
