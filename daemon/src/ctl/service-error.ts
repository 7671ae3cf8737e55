import { DEFAULT_MODEL } from '../shared/names.js';
import { EXIT, Failure } from './failure.js';

/** What a command needs to know about an error that came over the bus; names as in the D-Bus specification. */
const STANDARD = 'org.freedesktop.DBus.Error.';

const HOW_TO_START =
  'Start it: sudo systemctl start backscrub\n' +
  'If that unit does not exist, install the service first: sudo npm run install:system (in the checkout)';
const WHY_NOT = 'See why: systemctl status backscrub; journalctl -b -u backscrub';

export function notRunning(): Failure {
  return new Failure(EXIT.unreachable, 'The Backscrub service is not running.', HOW_TO_START);
}

export function noAnswer(seconds: number): Failure {
  return new Failure(
    EXIT.unreachable,
    `The Backscrub service did not answer within ${seconds} seconds.`,
    `${WHY_NOT}\nRestart it: sudo systemctl restart backscrub`,
  );
}

export function busLost(): Failure {
  return new Failure(EXIT.unreachable, 'The message bus has closed the connection.');
}

/** By the code of the socket error: what it means here, and what to do. */
const SOCKET_ERRORS: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['ENOENT', ['there is no such socket', 'Is D-Bus running? Name another bus with --bus ADDRESS.']],
  ['ECONNREFUSED', ['nobody listens there', 'Is D-Bus running? Name another bus with --bus ADDRESS.']],
  ['EACCES', ['this user may not use it', 'In a container or sandbox the socket must be let through.']],
]);

/** @param code of the socket error, "" when there is none */
export function noBus(address: string, code: string, detail: string): Failure {
  const [words, advice] = SOCKET_ERRORS.get(code) ?? [detail, ''];
  return new Failure(EXIT.unreachable, `No message bus at ${address}: ${words}.`, advice);
}

/**
 * Turns an error reply into the service's own words and, where they do not say it, what to do next.
 *
 * @param name D-Bus error name
 * @param fromService false when the bus itself answered in its place
 */
export function failureFromReply(name: string, text: string, fromService: boolean): Failure {
  const words = text === '' ? name : text;
  if (name === `${STANDARD}ServiceUnknown` || name === `${STANDARD}NameHasNoOwner`) return notRunning();
  if (
    name.startsWith(`${STANDARD}Spawn.`) ||
    name.startsWith('org.freedesktop.systemd1.') ||
    name === 'org.freedesktop.DBus.Error.FileNotFound'
  ) {
    const advice = name.endsWith('.NoSuchUnit') || name.endsWith('.FileNotFound') ? HOW_TO_START : WHY_NOT;
    return new Failure(EXIT.unreachable, `The Backscrub service could not be started: ${words}`, advice);
  }
  if (['NoReply', 'Timeout', 'TimedOut', 'Disconnected'].some((end) => name === STANDARD + end)) {
    return new Failure(EXIT.unreachable, `The Backscrub service did not answer: ${words}`, WHY_NOT);
  }
  if (name === `${STANDARD}AccessDenied` || name === `${STANDARD}InteractiveAuthorizationRequired`) {
    if (!fromService) {
      const advice =
        'The bus policy org.backscrub.conf is missing or narrower than the one that Backscrub installs.';
      return new Failure(EXIT.failed, `The message bus refused the call: ${words}`, advice);
    }
    return new Failure(
      EXIT.failed,
      words,
      'Whoever sits at the machine may steer Backscrub; from elsewhere (ssh, another seat) use sudo.',
    );
  }
  if (['UnknownMethod', 'UnknownProperty', 'UnknownInterface'].some((end) => name === STANDARD + end)) {
    return new Failure(
      EXIT.failed,
      `The service cannot do this: ${words}`,
      'It is probably of another version than backscrubctl. Restart it: sudo systemctl restart backscrub',
    );
  }
  return new Failure(EXIT.failed, words);
}

/** What a person can do about LastError beyond what its text says; "" when there is nothing to add. */
export function remedyFor(errorName: string): string {
  switch (errorName) {
    case 'org.backscrub.Error.NoCamera':
      return 'See the cameras: v4l2-ctl --list-devices';
    case 'org.backscrub.Error.CameraBusy':
      return 'See who has it open: sudo fuser -v /dev/video*';
    case 'org.backscrub.Error.NoVirtualCamera':
      return 'Then: backscrubctl start';
    case 'org.backscrub.Error.UnknownBackground':
    case 'org.backscrub.Error.BadImage':
      return "Choose another: backscrubctl background 'color:#204a87'";
    case 'org.backscrub.Error.UnknownModel':
    case 'org.backscrub.Error.BadModel':
      return `Choose another: backscrubctl model use ${DEFAULT_MODEL}`;
    case 'org.backscrub.Error.Failed':
      return WHY_NOT;
    default:
      return '';
  }
}
