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

export type MethodTable = {
  readonly [M in MethodName]: (...inputs: MethodInputs[M]) => Promise<MethodOutputs[M]>;
};

export type SetterTable = {
  readonly [P in WritablePropertyName]: (value: PropertyValues[P]) => Promise<void>;
};

export interface ContractImplementation {
  readonly methods: MethodTable;
  readonly setters: SetterTable;
  readonly properties: () => PropertyValues;
}

export function implementContract(session: Session, store: BackgroundStore): ContractImplementation {
  return {
    methods: {
      Start: async () => {
        session.start();
        return [];
      },
      Stop: async () => {
        await session.stop();
        return [];
      },
      SetMode: async (mode) => {
        await session.setMode(mode);
        return [];
      },
      SetBackground: async (background) => {
        await session.setBackground(background);
        return [];
      },
      SetEffects: async (effects) => {
        await session.setEffects(effects);
        return [];
      },
      ImportBackground: async (name, data, options) => [await store.import(name, data, options)],
      RemoveBackground: async (background) => {
        store.checkRemovable(background);
        await session.forgetBackground(background, () => store.remove(background));
        return [];
      },
      ListBackgrounds: async () => [await store.list()],
      GetThumbnail: async (background, size) => [await store.thumbnail(parseBackground(background), size)],
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
      BlurStrength: (strength) => session.setBlurStrength(strength),
      CrossFade: (milliseconds) => session.setCrossFade(milliseconds),
      OnDemand: async (value) => session.setOnDemand(value),
      Resolution: (resolution) => session.setResolution(resolution),
      FrameRate: (rate) => session.setFrameRate(rate),
    },
    properties: () => session.properties(),
  };
}
