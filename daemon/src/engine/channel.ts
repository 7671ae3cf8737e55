import type { FromEngine, ToEngine } from '../shared/protocol.js';

/** The engine's end of the private channel to the service. */
export interface Channel {
  send(message: FromEngine): void;
}

/** The IPC channel that `fork` made. A service that is gone takes no messages, and the engine ends with it. */
export class ForkChannel implements Channel {
  constructor(onMessage: (message: ToEngine) => void, onGone: () => void) {
    process.on('message', (message) => {
      const parsed = parse(message);
      if (parsed) onMessage(parsed);
    });
    process.on('disconnect', onGone);
  }

  send(message: FromEngine): void {
    if (process.connected) process.send?.(message);
  }
}

/** The service is trusted; a message of another version's service may still have another shape. */
function parse(message: unknown): ToEngine | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  switch (message.type) {
    case 'setup':
    case 'look':
    case 'model':
    case 'camera':
    case 'cameras-changed':
    case 'snapshot':
    case 'granted':
    case 'stop':
      return message as ToEngine;
    default:
      return undefined;
  }
}
