// Made by scripts/generate-dbus.mjs from dbus/org.backscrub.xml; edit that file and run `npm run generate`.

/** Value of each property as GLib.Variant.recursiveUnpack has it. */
export interface PropertyValues {
  readonly State: string;
  readonly Mode: string;
  readonly Modes: readonly string[];
  readonly Background: string;
  readonly BlurStrength: number;
  readonly Effects: readonly string[];
  readonly AvailableEffects: readonly string[];
  readonly CrossFade: number;
  readonly Model: string;
  readonly OnDemand: boolean;
  readonly Resolution: string;
  readonly FrameRate: number;
  readonly VirtualCamera: string;
  readonly Camera: string;
  readonly Consumers: number;
  readonly CameraInUse: boolean;
  readonly LastError: readonly [string, string];
  readonly Statistics: Readonly<Record<string, unknown>>;
  readonly Version: string;
}

export type PropertyName = keyof PropertyValues;
export type MethodName =
  | 'Start'
  | 'Stop'
  | 'SetMode'
  | 'SetBackground'
  | 'SetEffects'
  | 'ImportBackground'
  | 'RemoveBackground'
  | 'ListBackgrounds'
  | 'GetThumbnail'
  | 'ListModels'
  | 'SetModel'
  | 'ListCameras'
  | 'SetCamera'
  | 'Snapshot';

export const PROPERTY_NAMES: readonly PropertyName[] = [
  'State',
  'Mode',
  'Modes',
  'Background',
  'BlurStrength',
  'Effects',
  'AvailableEffects',
  'CrossFade',
  'Model',
  'OnDemand',
  'Resolution',
  'FrameRate',
  'VirtualCamera',
  'Camera',
  'Consumers',
  'CameraInUse',
  'LastError',
  'Statistics',
  'Version',
];
