import type { PropertyValues } from '../../generated/values.js';
import { type BusState, NOTHING_KNOWN } from '../bus-state.js';

export const untranslated = (text: string): string => text;

/** A service that runs, idle and blurring, with everything that the contract knows. */
export function running(properties: Partial<PropertyValues> = {}, parts: Partial<BusState> = {}): BusState {
  return {
    ...NOTHING_KNOWN,
    installed: true,
    running: true,
    allowed: true,
    methods: new Set(['SetEffects', 'SetCamera', 'ListBackgrounds', 'ListCameras']),
    properties: {
      State: 'idle',
      Mode: 'blur',
      Modes: ['passthrough', 'blur', 'replace', 'mask'],
      Background: 'bookshelf',
      BlurStrength: 50,
      Effects: [],
      AvailableEffects: ['mirror', 'hologram', 'vignette'],
      Camera: '',
      CameraInUse: false,
      LastError: ['', ''],
      ...properties,
    },
    backgrounds: [
      { id: 'bookshelf', name: 'Bookshelf', animated: false, builtin: true, problem: '' },
      { id: 'waves', name: 'Waves', animated: true, builtin: true, problem: '' },
    ],
    cameras: [
      { id: 'usb-1', name: 'Integrated Camera', chosen: undefined, problem: '' },
      { id: 'usb-2', name: 'Desk Camera', chosen: undefined, problem: '' },
    ],
    ...parts,
  };
}
