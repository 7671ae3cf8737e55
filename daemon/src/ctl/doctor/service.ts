/** The service, and whether this user may steer it. */
import type { PropertyValues } from '../../generated/contract.js';
import { Failure } from '../failure.js';
import { type Finding, ok, problem, skipped, warning } from './finding.js';
import type { System } from './system.js';

const ACTION = 'org.backscrub.control';
const UNIT = 'backscrub.service';

export interface ServiceExamination {
  readonly findings: readonly Finding[];
  /** Undefined when the service does not answer. */
  readonly values: PropertyValues | undefined;
}

/** @param ask reads the properties; starts the service through the bus where that is set up */
export async function examineService(
  system: System,
  ask: () => Promise<PropertyValues>,
): Promise<ServiceExamination> {
  let values: PropertyValues;
  try {
    values = await ask();
  } catch (error) {
    return { findings: [await silent(system, error)], values: undefined };
  }
  return { findings: [answer(values), await enabled(system)], values };
}

async function silent(system: System, error: unknown): Promise<Finding> {
  const text = error instanceof Error ? error.message : String(error);
  const unit = await system.run('systemctl', 'show', '--property=LoadState', '--value', UNIT);
  if (unit !== undefined && unit.stdout.trim() === 'not-found') {
    return problem(
      'service',
      `The service is not installed (systemd does not know ${UNIT}).`,
      'See docs/installing.md.',
    );
  }
  const advice = error instanceof Failure && error.advice !== '' ? `${error.advice}\n` : '';
  return problem(
    'service',
    text,
    `${advice}sudo systemctl status backscrub\nsudo journalctl -u backscrub -n 50`,
  );
}

function answer(values: PropertyValues): Finding {
  const [name, text] = values.LastError;
  const state = `The service ${values.Version} answers; its state is ${values.State}`;
  if (values.State === 'failed') {
    return problem('service', `${state}: ${text || name}`, 'sudo journalctl -u backscrub -n 50');
  }
  // Stays until frames flow again: nobody has used the camera since, or a default stands in for what has vanished.
  if (name !== '') {
    const remedy =
      'When that is mended: backscrubctl start\nIf it comes back: sudo journalctl -u backscrub -n 50';
    return warning('service', `${state}, and it reports: ${text || name}`, remedy);
  }
  if (values.State === 'stopped') {
    return warning('service', `${state}: applications see a placeholder card.`, 'backscrubctl start');
  }
  return ok('service', `${state}.`);
}

async function enabled(system: System): Promise<Finding> {
  const unit = await system.run('systemctl', 'is-enabled', UNIT);
  if (unit === undefined)
    return skipped('boot', 'There is no systemd to ask whether the service starts at boot.');
  const word = unit.stdout.trim();
  if (word === 'enabled') return ok('boot', 'The service starts at boot.');
  return warning(
    'boot',
    `The service does not start at boot (${word || 'unknown to systemd'}).`,
    'sudo systemctl enable --now backscrub',
  );
}

/** Asks polkit what it would answer for this program, without a dialogue (pkcheck(1)). */
export async function examineRights(system: System, pid: number): Promise<Finding> {
  if (system.uid === 0) return ok('rights', 'You are root, who may always steer the service.');
  const check = await system.run('pkcheck', '--action-id', ACTION, '--process', String(pid));
  if (check === undefined) {
    return problem(
      'rights',
      'polkit is not installed: only root may steer the service.',
      'Debian, Ubuntu: sudo apt install polkitd; or use sudo',
    );
  }
  if (check.status === 0) return ok('rights', 'You may steer the service.');
  if (/not registered/i.test(check.stderr)) {
    return problem(
      'rights',
      `polkit does not know the action ${ACTION}.`,
      'Install the service again: see docs/installing.md.',
    );
  }
  if (/challenge|authentication is required|requires/i.test(check.stdout + check.stderr)) {
    return warning(
      'rights',
      'You may steer the service after typing a password.',
      'Sessions at this machine are asked nothing; over ssh use sudo.',
    );
  }
  return problem(
    'rights',
    'polkit does not let you steer the service.',
    'Use sudo, or a session at this machine.',
  );
}
