/** Who is asked whether a caller may do something. */

/** What polkit calls the groups of members; dbus/org.backscrub.policy says who may. */
export const ACTIONS = {
  'org.backscrub.control': 'steer the virtual camera',
  'org.backscrub.manage-backgrounds': 'change the stored backgrounds',
  'org.backscrub.view': 'see the picture of the virtual camera',
} as const;

export type Action = keyof typeof ACTIONS;

export function isAction(name: string | undefined): name is Action {
  return name !== undefined && Object.hasOwn(ACTIONS, name);
}

/** `challenge`: only after a password, which nobody may be asked for, or nobody can. `dismissed`: the person said no. */
export type Verdict = 'allowed' | 'denied' | 'challenge' | 'dismissed';

export interface Question {
  /** Unique name of the caller on the bus. */
  readonly caller: string;
  readonly action: Action;
  /** Whether a person may be asked for a password. */
  readonly interactive: boolean;
}

export interface Authority {
  /**
   * @param abandoned the answer is of no use any more: the question is withdrawn and this rejects
   * @throws Error when there is no answer that can be believed
   */
  check(question: Question, abandoned: AbortSignal): Promise<Verdict>;
}
