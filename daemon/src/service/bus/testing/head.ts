import { MESSAGE, type MessageHead } from '../message-reader.js';

/** Of a call of ours without arguments, but for what is given. */
export function headOf(change: Partial<MessageHead> = {}): MessageHead {
  return {
    type: MESSAGE.call,
    flags: 0,
    serial: 1,
    littleEndian: true,
    bodyLength: 0,
    path: '/org/backscrub',
    interface: 'org.backscrub',
    member: 'Start',
    errorName: '',
    replySerial: 0,
    sender: ':1.1',
    signature: '',
    ...change,
  };
}
