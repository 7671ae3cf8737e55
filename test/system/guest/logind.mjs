// logind.mjs [BEFORE DURING AFTER]: stands in for logind for some seconds, to tell of a sleep that this kernel cannot have:
// owns its name, says PrepareForSleep(true) after BEFORE seconds (3), PrepareForSleep(false) DURING seconds later (5), and
// leaves AFTER seconds later (2). Run as root.
import { createRequire } from 'node:module';

const require = createRequire('/usr/lib/backscrub/daemon/package.json');
const { Message, MessageType, systemBus, Variant } = require('dbus-next');
const [before, during, after] = [3, 5, 2].map((seconds, i) => Number(process.argv[2 + i] ?? seconds) * 1000);
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
  setTimeout(prepareForSleep, before, true);
  setTimeout(prepareForSleep, before + during, false);
  setTimeout(process.exit, before + during + after, 0);
});
