import { BackscrubError } from '../shared/errors.js';

/** The one way to say that a model file cannot be used; `reason` names the part of the file that is at fault. */
export function badModel(reason: string): BackscrubError {
  return new BackscrubError('BadModel', `This model cannot be used: ${reason}`);
}
