/** The members of the contract bound to the session. A new member of the XML is one more entry here, or this does not compile. */
import type {
  MethodInputs,
  MethodName,
  MethodOutputs,
  PropertyValues,
  WritablePropertyName,
} from '../../generated/contract.js';
import type { BackgroundStore } from '../backgrounds/store.js';
import { parseBackground } from '../session/look.js';
import type { Session } from '../session/session.js';
import { VISITS } from '../session/visit.js';
import type { Chooser } from '../user-looks.js';
import type { VisitPart } from '../visitors.js';

export type MethodTable = {
  /** What concerns everybody does not look at the caller. */
  readonly [M in MethodName]: (...inputs: [...MethodInputs[M], caller: Chooser]) => Promise<MethodOutputs[M]>;
};

export type SetterTable = {
  readonly [P in WritablePropertyName]: (value: PropertyValues[P], caller: Chooser) => Promise<void>;
};

export interface ContractImplementation {
  /** The place of a call in the order in which calls come. */
  readonly arrive: () => number;
  readonly methods: MethodTable;
  readonly setters: SetterTable;
  readonly properties: () => PropertyValues;
}

/** Whose look it is, and who has steered. */
export interface LookUsers {
  /** Who is active; undefined: nobody. */
  readonly user: number | undefined;
  /** The place of a call in the order in which calls come, and users. */
  arrive(): number;
  /** Changes what is no part of a visit. */
  change(caller: Chooser, make: () => Promise<void>): Promise<void>;
  /** Changes what may hold for a visit only. @param visits whether this value does */
  choose(caller: Chooser, part: VisitPart, visits: boolean, make: () => Promise<void>): Promise<void>;
  /** What holds for a visit only is about to end for all. */
  visitEnds(arrived: number): void;
}

export function implementContract(
  session: Session,
  store: BackgroundStore,
  looks: LookUsers,
): ContractImplementation {
  return {
    arrive: () => looks.arrive(),
    methods: {
      Start: async () => {
        session.start();
        return [];
      },
      Stop: async ({ arrived }) => {
        looks.visitEnds(arrived);
        await session.stop();
        return [];
      },
      SetMode: async (mode, caller) => {
        await looks.choose(caller, 'mode', VISITS.mode(mode), () => session.setMode(mode));
        return [];
      },
      SetBackground: async (background, caller) => {
        await store.of(caller.user).requireSeen(background);
        await looks.change(caller, () => session.setBackground(background));
        return [];
      },
      SetEffects: async (effects, caller) => {
        await looks.change(caller, () => session.setEffects(effects));
        return [];
      },
      ImportBackground: async (name, data, options, { user }) => [
        await store.of(user).import(name, data, options),
      ],
      RemoveBackground: async (background, { user }) => {
        const own = store.of(user);
        await own.requireRemovable(background);
        // The picture of the active user stays when somebody else removes the same one.
        if (looks.user !== undefined && (await own.isLeftFor(background, looks.user))) {
          await own.remove(background);
          return [];
        }
        await session.forgetBackground(background, () => own.remove(background));
        return [];
      },
      ListBackgrounds: async ({ user }) => [await store.of(user).list()],
      GetThumbnail: async (background, size, { user }) => [
        await store.of(user).thumbnail(parseBackground(background), size),
      ],
      ListModels: async () => [await session.listModels()],
      SetModel: async (model) => {
        await session.setModel(model);
        return [];
      },
      ListCameras: async () => [await session.listCameras()],
      SetCamera: async (camera) => {
        await session.setCamera(camera);
        return [];
      },
      Snapshot: async (options) => [await session.snapshot(options)],
    },
    setters: {
      BlurStrength: (strength, caller) =>
        looks.choose(caller, 'blurStrength', VISITS.blurStrength(strength), () =>
          session.setBlurStrength(strength),
        ),
      CrossFade: (milliseconds, caller) => looks.change(caller, () => session.setCrossFade(milliseconds)),
      OnDemand: (value, caller) =>
        looks.choose(caller, 'onDemand', VISITS.onDemand(value), async () => session.setOnDemand(value)),
      Resolution: (resolution) => session.setResolution(resolution),
      FrameRate: (rate) => session.setFrameRate(rate),
    },
    properties: () => session.properties(),
  };
}
