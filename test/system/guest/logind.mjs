// Stands in for logind for some seconds, to tell of a sleep that this kernel cannot have: owns its name, says
// PrepareForSleep(true) after 3 s and PrepareForSleep(false) after 8 s, and leaves after 10 s. Run as root.
import { createRequire } from 'node:module';

const require = createRequire('/usr/lib/backscrub/daemon/package.json');
const { Message, MessageType, systemBus, Variant } = require('dbus-next');
const PATH = '/org/freedesktop/login1';
const bus = systemBus();

bus.addMethodHandler((message) => {
  const asked = message.member === 'Get' && message.path === PATH;
  const error = 'org.freedesktop.DBus.Error.NotSupported';
  bus.send(
    asked
      ? Message.newMethodReturn(message, 'v', [new Variant('b', false)])
      : Message.newError(message, error, 'This is no logind.'),
  );
  return true;
});

function prepareForSleep(start) {
  const head = { path: PATH, interface: 'org.freedesktop.login1.Manager', member: 'PrepareForSleep' };
  bus.send(new Message({ type: MessageType.SIGNAL, ...head, signature: 'b', body: [start] }));
}

bus.on('connect', async () => {
  // Replace nobody, queue not: whoever owns it has to be stopped before.
  const reply = await bus.requestName('org.freedesktop.login1', 4);
  if (reply !== 1) process.exit(1);
  setTimeout(prepareForSleep, 3000, true);
  setTimeout(prepareForSleep, 8000, false);
  setTimeout(process.exit, 10_000, 0);
});
