// Made by scripts/generate-dbus.mjs from dbus/org.backscrub.xml; edit that file and run `npm run generate`.
import type { ErrorCode } from '../shared/errors.js';

/** A value with its D-Bus type. */
export interface Variant {
  readonly signature: string;
  readonly value: unknown;
}

export interface ArgumentContract {
  readonly name: string;
  readonly signature: string;
  readonly documentation: string;
}

export interface ErrorContract {
  readonly code: ErrorCode;
  readonly when: string;
}

export type Permission = 'org.backscrub.control' | 'org.backscrub.manage-backgrounds' | 'org.backscrub.view';

export interface MethodContract {
  readonly name: string;
  readonly inputs: readonly ArgumentContract[];
  readonly outputs: readonly ArgumentContract[];
  readonly inSignature: string;
  readonly outSignature: string;
  readonly permission: Permission;
  readonly errors: readonly ErrorContract[];
  readonly documentation: string;
}

export interface PropertyContract {
  readonly name: string;
  readonly signature: string;
  readonly access: 'read' | 'readwrite';
  /** Whether PropertiesChanged tells: always, never, or the value never changes. */
  readonly emits: 'true' | 'false' | 'const';
  /** What writing needs; reading is free. */
  readonly permission?: Permission;
  readonly errors: readonly ErrorContract[];
  readonly documentation: string;
}

export const INTERFACE_NAME = 'org.backscrub';
export const INTERFACE_DOCUMENTATION =
  'A virtual camera that shows the person in front of the real camera with something else behind them. The service owns the well-known name org.backscrub on the system bus and has one object, /org/backscrub.\n\nAll state is in properties. A change is announced by one org.freedesktop.DBus.Properties.PropertiesChanged for all properties that changed together. A method answers when its work is done, or with the error; a call that failed has changed nothing. What was chosen is remembered across restarts and upgrades, except for what holds for a visit only: mode `passthrough`, BlurStrength 0 and OnDemand false. A visit ends with the life of the service, with Stop, and with the session of the user. Then the last mode that hides the room, the last BlurStrength above 0 and OnDemand true are back.\n\nEach user has a look of their own (Mode, Background, BlurStrength, CrossFade, Effects). When another user becomes active, theirs is shown; a change of the look that was asked for before that and is let in after it is refused with Failed.\n\nEvery method and writable property can answer InvalidArgs for arguments of the wrong type, AccessDenied to a caller who may not use it, InteractiveAuthorizationRequired to one who could after a password that the call does not allow to ask for (flag ALLOW_INTERACTIVE_AUTHORIZATION of the message), and LimitsExceeded to one who has too many calls waiting for polkit; those are not repeated below. The text of an error says what to do next and is meant for people.\n\nValues may be added to the lists of states and modes, keys to dictionaries, and members to the interface. A client takes a state that it does not know for `starting`, and passes over keys that it does not know.';

export const METHODS = {
  Start: {
    name: 'Start',
    inputs: [],
    outputs: [],
    inSignature: '',
    outSignature: '',
    permission: 'org.backscrub.control',
    errors: [
      {
        code: 'NoVirtualCamera',
        when: 'the v4l2loopback module is not loaded, or has no device for backscrub; the text has the command.',
      },
    ],
    documentation:
      'Enables the virtual camera, now and after every restart, until Stop; a new installation is enabled. Without an application that reads it the state becomes `idle`: the real camera stays closed until somebody watches. Does nothing when it is enabled already, except that a failed start of the engine is tried again at once.',
  },
  Stop: {
    name: 'Stop',
    inputs: [],
    outputs: [],
    inSignature: '',
    outSignature: '',
    permission: 'org.backscrub.control',
    errors: [],
    documentation:
      'Disables the virtual camera, now and after every restart, until Start, and closes the real one. Applications keep the virtual camera and see a placeholder card. Answers when the real camera is closed. What holds for a visit only ends with it, also when the camera is disabled already; Stop does nothing else then.',
  },
  SetMode: {
    name: 'SetMode',
    inputs: [{ name: 'mode', signature: 's', documentation: 'one of the property Modes' }],
    outputs: [],
    inSignature: 's',
    outSignature: '',
    permission: 'org.backscrub.control',
    errors: [
      { code: 'InvalidArgs', when: 'there is no such mode; the text lists those that exist.' },
      {
        code: 'Failed',
        when: 'the running engine could not change over, or the call would have shown the room and a later one has hidden it; the old mode stays.',
      },
    ],
    documentation:
      'Chooses what happens to the pixels behind the person: `blur` blurs them by BlurStrength, `replace` puts the Background there, `mask` shows the matte itself (person white, rest black), `passthrough` shows the room as it is. A running picture changes between two frames, without a gap. `passthrough` holds for a visit only and is never remembered.\n\nA mode that hides the room, chosen while the room is shown, waits for no other call and for no disk. It answers when neither the virtual camera nor Snapshot can give a picture of the room any more; an engine that does not hide it within a second is ended, and readers see the placeholder card. Calls that came before, are still at work or wait for polkit, and would show the room again are refused. The same goes for BlurStrength where it hides the room.\n\n`blur`, chosen in another mode while BlurStrength is 0, begins with the last strength above 0. A call that would show the room and waits longer than 25 seconds for the calls before it is refused.',
  },
  SetBackground: {
    name: 'SetBackground',
    inputs: [
      {
        name: 'background',
        signature: 's',
        documentation:
          'an id from ListBackgrounds, `color:#rrggbb`, `gradient:#rrggbb-#rrggbb` (with `@DEGREES` its direction: 0 to the right, 90, the default, down), or the absolute path of an image, animation or video',
      },
    ],
    outputs: [],
    inSignature: 's',
    outSignature: '',
    permission: 'org.backscrub.control',
    errors: [
      {
        code: 'InvalidArgs',
        when: 'a colour or gradient that is written otherwise, or a path with a zero byte or of more than 4095 bytes.',
      },
      {
        code: 'UnknownBackground',
        when: "no background of that id, no such file, one that the service's user may not read, or none of these.",
      },
      {
        code: 'BadImage',
        when: 'not a regular file, empty, a file of the kernel, not of a known format, damaged, too large, or a video while ffmpeg is not installed.',
      },
      {
        code: 'Failed',
        when: 'the check could not be made, or the engine did not answer in time; the old background stays.',
      },
    ],
    documentation:
      "Chooses what mode `replace` puts behind the person. A file is opened with the rights of the service's own user, never with those of the caller or anybody else; it is scaled to cover the picture and cropped around its middle, an imported one around its focus. Its first frame is decoded before this answers, so a background that was accepted can be shown. Videos and animations play in a loop.",
  },
  SetEffects: {
    name: 'SetEffects',
    inputs: [
      {
        name: 'effects',
        signature: 'as',
        documentation: 'names from the property AvailableEffects, each at most once; none to switch all off',
      },
    ],
    outputs: [],
    inSignature: 'as',
    outSignature: '',
    permission: 'org.backscrub.control',
    errors: [
      {
        code: 'InvalidArgs',
        when: 'there is no such effect, or one is named twice; the text lists those that exist.',
      },
      { code: 'Failed', when: 'the running engine could not change over; the old effects stay.' },
    ],
    documentation:
      "Chooses what is done to the picture beyond the mode, in this order: `mirror` and `flip` turn the camera's picture before anything else, so what replaces the room is never turned; `hologram` and `brighten` (for somebody who sits in the dark) change the person; `desaturate-background` takes the colours out of what is behind them, `blur-background` puts it out of focus; `light-wrap` lets a bright background shine on the person's outline; `grayscale` and `vignette` change both. Mode `passthrough` has no person of its own: there `desaturate-background`, `blur-background` and `light-wrap` do nothing, and all others change the whole picture. Mode `mask` is only turned. A running picture changes between two frames, without a gap.",
  },
  ImportBackground: {
    name: 'ImportBackground',
    inputs: [
      {
        name: 'name',
        signature: 's',
        documentation: 'what people call it: 1 to 80 printable characters; names may repeat',
      },
      { name: 'data', signature: 'ay', documentation: 'the bytes of the file, at most 16 MiB' },
      {
        name: 'options',
        signature: 'a{sv}',
        documentation:
          '`focus` (dd), what stays visible when the picture is cropped: 0 to 1 from the left and from the top, (0.5, 0.5) without it. Other keys are refused.',
      },
    ],
    outputs: [
      {
        name: 'background',
        signature: 's',
        documentation: 'the id of the stored background, for SetBackground and the other methods',
      },
    ],
    inSignature: 'saya{sv}',
    outSignature: 's',
    permission: 'org.backscrub.manage-backgrounds',
    errors: [
      { code: 'InvalidArgs', when: 'a name or an option that is not as above.' },
      {
        code: 'LimitsExceeded',
        when: 'the file is larger than 16 MiB, the store is full (200 backgrounds and 512 MiB of one user, 800 and 2 GiB of all), or too many imports are under way; the text says which.',
      },
      {
        code: 'BadImage',
        when: 'it is not of these kinds, is damaged, or needs too much memory or time; the text says what to do.',
      },
      {
        code: 'Failed',
        when: 'it could not be stored, for example because the disk is full; nothing is left behind.',
      },
    ],
    documentation:
      "Checks an image (JPEG, PNG, WebP, AVIF, TIFF), an animation (GIF, WebP, APNG) or a clip (MP4, WebM, MKV) and keeps it in the service's state. It belongs to the user who calls: that user and root alone list, show, choose and remove it; for others there is no such id. What earlier versions imported belongs to nobody and is everybody's until somebody imports the same file or removes it. It is decoded by a process of its own with limits on memory and time, turned upright, and encoded again without what else the file holds (place, camera, sound). The same bytes with the same options are kept once: their id is answered again, under the name of the first time.",
  },
  RemoveBackground: {
    name: 'RemoveBackground',
    inputs: [{ name: 'background', signature: 's', documentation: 'the id of an imported background' }],
    outputs: [],
    inSignature: 's',
    outSignature: '',
    permission: 'org.backscrub.manage-backgrounds',
    errors: [
      { code: 'InvalidArgs', when: 'the background is built-in and cannot be removed.' },
      { code: 'UnknownBackground', when: 'the caller has no imported background of this id.' },
      { code: 'Failed', when: 'it could not be deleted.' },
    ],
    documentation:
      'Deletes it, with all that was derived of it: nothing of the picture is left on the disk when this answers. What another user has imported of the same file stays; root removes it from all. When it is the current one, the Background changes to the one of a new installation first.',
  },
  ListBackgrounds: {
    name: 'ListBackgrounds',
    inputs: [],
    outputs: [
      {
        name: 'backgrounds',
        signature: 'aa{sv}',
        documentation:
          'one dictionary for each background, built-in ones first, then imported ones, oldest first',
      },
    ],
    inSignature: '',
    outSignature: 'aa{sv}',
    permission: 'org.backscrub.control',
    errors: [{ code: 'Failed', when: 'the folder could not be read.' }],
    documentation:
      'Lists what the caller can choose besides colours, gradients and files; root gets what all users have imported. Keys of each: `id` s (what SetBackground takes), `name` s, `kind` s (`still`, `animated` or `video`), `builtin` b, `animated` b (whether it moves), `width` u and `height` u (pixels, 0 for what is drawn at any size), `frames` u, `duration` d (seconds, 0 for what does not move), `bytes` t (on disk, 0 for built-in ones). Only an entry that was found damaged has `problem` s, which says what to do: it is set aside and can only be removed.',
  },
  GetThumbnail: {
    name: 'GetThumbnail',
    inputs: [
      {
        name: 'background',
        signature: 's',
        documentation: 'an id from ListBackgrounds, a colour or a gradient; not a path',
      },
      { name: 'size', signature: 'u', documentation: 'width in pixels, 16 to 1024' },
    ],
    outputs: [
      {
        name: 'png',
        signature: 'ay',
        documentation:
          'a PNG image, 16:9 as a camera would show it, at most that wide; of what moves, the first picture',
      },
    ],
    inSignature: 'su',
    outSignature: 'ay',
    permission: 'org.backscrub.control',
    errors: [
      {
        code: 'InvalidArgs',
        when: 'a size out of range, or a colour or gradient that is not written as SetBackground has it.',
      },
      { code: 'UnknownBackground', when: 'there is no such background, or it is a path.' },
      { code: 'BadImage', when: 'its picture can no longer be read; remove it and import it again.' },
      { code: 'LimitsExceeded', when: 'too many are being made at this moment; try again.' },
      { code: 'Failed', when: 'it could not be made.' },
    ],
    documentation:
      'Makes a small picture to choose by. What was made once is answered at once the next time.',
  },
  ListModels: {
    name: 'ListModels',
    inputs: [],
    outputs: [
      {
        name: 'models',
        signature: 'aa{sv}',
        documentation: 'one dictionary for each model, built-in ones first',
      },
    ],
    inSignature: '',
    outSignature: 'aa{sv}',
    permission: 'org.backscrub.control',
    errors: [{ code: 'Failed', when: 'the folders could not be examined.' }],
    documentation:
      'Lists the segmentation models that are installed: built-in ones, those of the system\'s folder and those of the service\'s own. Nothing is loaded for it. Keys of each model: `name` s (what SetModel takes), `title` s, `licence` s (an SPDX expression, or "" when none is known), `source` s (`built-in`, `system` or `user`), `usable` b, `problem` s (why it is not usable and what to do, else ""), `width` u and `height` u (of its input in pixels, 0 when unknown), `output` s (what its numbers mean: `probability`, `logits`, `two-class-logits` or `class-scores`) and `crop` s (`follow`: it looks at a box around the person, `stretch`: at the whole picture).',
  },
  SetModel: {
    name: 'SetModel',
    inputs: [{ name: 'model', signature: 's', documentation: 'a name from ListModels' }],
    outputs: [],
    inSignature: 's',
    outSignature: '',
    permission: 'org.backscrub.control',
    errors: [
      { code: 'UnknownModel', when: 'there is no model of that name; the text lists those that exist.' },
      {
        code: 'BadModel',
        when: 'its file is damaged, is not what its name promises, or needs something that is not supported; the text has the reason. The old model stays.',
      },
      { code: 'Failed', when: 'the check could not be made; the old model stays.' },
    ],
    documentation:
      'Chooses the model that finds the person. While the picture runs, the new model is loaded beside the old one, which works on until it is replaced between two frames; this answers when the new one is in use. While it does not run, the model is examined by a process of its own before this answers; a file that has never been checked is run once.',
  },
  ListCameras: {
    name: 'ListCameras',
    inputs: [],
    outputs: [{ name: 'cameras', signature: 'aa{sv}', documentation: 'one dictionary for each camera' }],
    inSignature: '',
    outSignature: 'aa{sv}',
    permission: 'org.backscrub.control',
    errors: [{ code: 'Failed', when: 'the devices could not be examined.' }],
    documentation:
      'Lists the real cameras that are there, and the chosen one also while it is not. Each is opened for a moment; none is switched on. Keys of each camera: `id` s (what SetCamera takes; the same after a restart and in another port), `name` s, `path` s (its device node now, "" while it is not there), `present` b, `chosen` b (it was given to SetCamera), `in-use` b, `usable` b, `problem` s (why it is not usable and what to do, else "") and `sizes` as (what it offers, like `1280x720`, the largest first).',
  },
  SetCamera: {
    name: 'SetCamera',
    inputs: [
      {
        name: 'camera',
        signature: 's',
        documentation: 'an `id` from ListCameras, or "" for an automatic choice',
      },
    ],
    outputs: [],
    inSignature: 's',
    outSignature: '',
    permission: 'org.backscrub.control',
    errors: [
      {
        code: 'NoCamera',
        when: 'no such camera is there; the text lists those that are. The old choice stays.',
      },
      {
        code: 'CameraBusy',
        when: 'a running picture could not change over, since another program uses that camera; the old one stays.',
      },
      { code: 'Failed', when: 'the devices could not be examined, or the camera failed; the old one stays.' },
    ],
    documentation:
      'Chooses the real camera. A running picture changes over between two frames; this answers when the other camera is in use. The choice is remembered: while the chosen camera is not there another one stands in, and the chosen one is taken again as soon as it is back. With "" hardware goes before loopback devices, and a camera that is in use is not left for another one that comes.',
  },
  Snapshot: {
    name: 'Snapshot',
    inputs: [
      {
        name: 'options',
        signature: 'a{sv}',
        documentation:
          'keys `size` u: the longer side of the picture in pixels, 16 to 4096 (by default 640; never more than the frame has), and `quality` u: 1 to 100 (by default 80)',
      },
    ],
    outputs: [{ name: 'jpeg', signature: 'ay', documentation: 'a JPEG file' }],
    inSignature: 'a{sv}',
    outSignature: 'ay',
    permission: 'org.backscrub.view',
    errors: [
      { code: 'InvalidArgs', when: 'a key that is not known, or a value out of range.' },
      {
        code: 'Failed',
        when: 'there is no composed frame, since no application reads the virtual camera, it is stopped, something is wrong with it (LastError), or the room has just been hidden.',
      },
    ],
    documentation:
      "The last composed frame, as consumers see it: never the camera's raw frame, except that mode `passthrough` shows just that. While the room is being hidden, and for a call that was made before, there is no picture. Nothing is kept for it: there is a picture only while the state is `running`.",
  },
} as const satisfies Readonly<Record<string, MethodContract>>;

export const PROPERTIES = {
  State: {
    name: 'State',
    signature: 's',
    access: 'read',
    emits: 'true',
    errors: [],
    documentation:
      '- `stopped`: disabled; whoever reads the virtual camera sees a placeholder card.\n- `idle`: enabled, and no application reads; the real camera is closed (not with OnDemand false).\n- `starting`: an application reads and sees the placeholder card until the first composed frame is there.\n- `running`: composed frames flow.\n- `suspended`: the system sleeps or is about to.\n- `failed`: enabled, and something is wrong; LastError says what. The service keeps trying, readers see the placeholder card.',
  },
  Mode: {
    name: 'Mode',
    signature: 's',
    access: 'read',
    emits: 'true',
    errors: [],
    documentation:
      'The current mode, see SetMode: `passthrough` as long as the room may be seen. A new installation has `blur`.',
  },
  Modes: {
    name: 'Modes',
    signature: 'as',
    access: 'read',
    emits: 'const',
    errors: [],
    documentation: 'The modes that SetMode takes.',
  },
  Background: {
    name: 'Background',
    signature: 's',
    access: 'read',
    emits: 'true',
    errors: [],
    documentation:
      'The current background, as given to SetBackground. Everybody may read it. An id tells nothing but to somebody who has the very file.',
  },
  BlurStrength: {
    name: 'BlurStrength',
    signature: 'u',
    access: 'readwrite',
    emits: 'true',
    permission: 'org.backscrub.control',
    errors: [
      { code: 'InvalidArgs', when: 'more than 100.' },
      { code: 'Failed', when: 'the running engine could not change over; the old strength stays.' },
    ],
    documentation:
      'How much mode `blur` blurs, from 0 (not at all: the room is shown) to 100 (nothing can be recognised). Writing it answers when the new strength is in use. 0 holds for a visit only and is never remembered; it is chosen in mode `blur`, since SetMode does not bring it along.',
  },
  Effects: {
    name: 'Effects',
    signature: 'as',
    access: 'read',
    emits: 'true',
    errors: [],
    documentation:
      'The current effects in the order in which they are applied, see SetEffects. A new installation has none.',
  },
  AvailableEffects: {
    name: 'AvailableEffects',
    signature: 'as',
    access: 'read',
    emits: 'const',
    errors: [],
    documentation: 'The effects that SetEffects takes, in the order in which they are best offered.',
  },
  CrossFade: {
    name: 'CrossFade',
    signature: 'u',
    access: 'readwrite',
    emits: 'true',
    permission: 'org.backscrub.control',
    errors: [
      { code: 'InvalidArgs', when: 'more than 2000.' },
      { code: 'Failed', when: 'the running engine could not change over; the old time stays.' },
    ],
    documentation:
      'Milliseconds in which one background fades into the next when the background or the mode changes, from 0 (at once) to 2000. It happens between modes that hide the room only: from and to `passthrough` and `mask` every change is at once, so that the room is never seen for longer than it was asked for. A new installation has 200.',
  },
  Model: {
    name: 'Model',
    signature: 's',
    access: 'read',
    emits: 'true',
    errors: [],
    documentation: 'Name of the segmentation model, see SetModel.',
  },
  OnDemand: {
    name: 'OnDemand',
    signature: 'b',
    access: 'readwrite',
    emits: 'true',
    permission: 'org.backscrub.control',
    errors: [],
    documentation:
      'Whether the real camera is on only while an application reads the virtual one: true in a new installation. With false it is on as long as the virtual camera is enabled, so that an application has the picture at once; that holds for a visit only and is never remembered. Writing it answers at once; a camera that nobody needs any more is closed within two seconds.',
  },
  Resolution: {
    name: 'Resolution',
    signature: 's',
    access: 'readwrite',
    emits: 'true',
    permission: 'org.backscrub.control',
    errors: [{ code: 'InvalidArgs', when: 'neither `auto` nor such a size.' }],
    documentation:
      'Size of the virtual camera: `auto` (what the real camera offers near 1280x720; in a new installation) or WIDTHxHEIGHT, two even numbers from 32 to 4096. The real camera is asked for the same size, and its picture is scaled and cropped where it has another one.\n\nThe format of a v4l2loopback device is fixed while anybody reads it. A change is remembered at once and carried out when the last reader has gone and the real camera is closed (with versions before 0.13 of the module, which do not tell about readers: at the next Stop). Keys `width`, `height` and `frame-rate` of Statistics have the format at work. The same goes for FrameRate, and for another camera while this is `auto`.',
  },
  FrameRate: {
    name: 'FrameRate',
    signature: 'u',
    access: 'readwrite',
    emits: 'true',
    permission: 'org.backscrub.control',
    errors: [{ code: 'InvalidArgs', when: 'more than 240.' }],
    documentation:
      'Frames per second of the virtual camera, 1 to 240, or 0 for what the real camera offers (in a new installation). A change is carried out when a change of Resolution would be.',
  },
  VirtualCamera: {
    name: 'VirtualCamera',
    signature: 's',
    access: 'read',
    emits: 'true',
    errors: [],
    documentation:
      'Path of the device node that applications read, for example `/dev/video10`, or "" while there is none.',
  },
  Camera: {
    name: 'Camera',
    signature: 's',
    access: 'read',
    emits: 'true',
    errors: [],
    documentation:
      'Stable id of the real camera that is in use, or of the chosen one while none is; "" is an automatic choice. It differs from the chosen one while another stands in for that; ListCameras says which is which.',
  },
  Consumers: {
    name: 'Consumers',
    signature: 'u',
    access: 'read',
    emits: 'true',
    errors: [],
    documentation:
      'How many applications read the virtual camera. Versions 0.13 and later of the v4l2loopback module say 0 or 1; older ones say nothing, and this is 1 all the time (key `on-demand` of Statistics is false then).',
  },
  CameraInUse: {
    name: 'CameraInUse',
    signature: 'b',
    access: 'read',
    emits: 'true',
    errors: [],
    documentation: 'Whether the real camera is open, as its light would show.',
  },
  LastError: {
    name: 'LastError',
    signature: '(ss)',
    access: 'read',
    emits: 'true',
    errors: [],
    documentation:
      'Name and text of what is wrong, or two empty strings. The name is one that a method could answer, for example `org.backscrub.Error.NoCamera`. It is cleared when frames flow again, or by Start; what is not as it should be with the loopback module, or a default that stands in for a background or model that has vanished, stays until it is mended.',
  },
  Statistics: {
    name: 'Statistics',
    signature: 'a{sv}',
    access: 'read',
    emits: 'false',
    errors: [],
    documentation:
      "Measurements. Not announced; read it when you want it. Always there: `width` u, `height` u and `frame-rate` u (the virtual camera's format), `on-demand` b (the module tells about its readers), `engine-starts` u and `engine-failures` u (since the service started). While an engine runs, over its last window of frames: `frames` t, `dropped` t (camera frames passed over for a newer one), `reused-mattes` t (frames composed with the matte of an earlier one), `frames-per-second` d, `execution-provider` s, and `stages` a{sa{sd}}: for each stage in the order of the frame's way the milliseconds `wall-median`, `wall-p99`, `cpu-median`, `cpu-p99`.",
  },
  Version: {
    name: 'Version',
    signature: 's',
    access: 'read',
    emits: 'const',
    errors: [],
    documentation: 'Version of the service, for example `0.1.0`.',
  },
} as const satisfies Readonly<Record<string, PropertyContract>>;

export type MethodName = keyof typeof METHODS;
export type PropertyName = keyof typeof PROPERTIES;
export type WritablePropertyName = 'BlurStrength' | 'CrossFade' | 'OnDemand' | 'Resolution' | 'FrameRate';

/** Arguments of each method. */
export interface MethodInputs {
  /**
   * Enables the virtual camera, now and after every restart, until Stop; a new installation is enabled.
   * Without an application that reads it the state becomes `idle`: the real camera stays closed until
   * somebody watches. Does nothing when it is enabled already, except that a failed start of the engine
   * is tried again at once.
   */
  Start: [];
  /**
   * Disables the virtual camera, now and after every restart, until Start, and closes the real one.
   * Applications keep the virtual camera and see a placeholder card. Answers when the real camera is
   * closed. What holds for a visit only ends with it, also when the camera is disabled already; Stop does
   * nothing else then.
   */
  Stop: [];
  /**
   * Chooses what happens to the pixels behind the person: `blur` blurs them by BlurStrength, `replace`
   * puts the Background there, `mask` shows the matte itself (person white, rest black), `passthrough`
   * shows the room as it is. A running picture changes between two frames, without a gap. `passthrough`
   * holds for a visit only and is never remembered.
   *
   * A mode that hides the room, chosen while the room is shown, waits for no other call and for no disk.
   * It answers when neither the virtual camera nor Snapshot can give a picture of the room any more; an
   * engine that does not hide it within a second is ended, and readers see the placeholder card. Calls
   * that came before, are still at work or wait for polkit, and would show the room again are refused.
   * The same goes for BlurStrength where it hides the room.
   *
   * `blur`, chosen in another mode while BlurStrength is 0, begins with the last strength above 0. A call
   * that would show the room and waits longer than 25 seconds for the calls before it is refused.
   */
  SetMode: [mode: string];
  /**
   * Chooses what mode `replace` puts behind the person. A file is opened with the rights of the service's
   * own user, never with those of the caller or anybody else; it is scaled to cover the picture and
   * cropped around its middle, an imported one around its focus. Its first frame is decoded before this
   * answers, so a background that was accepted can be shown. Videos and animations play in a loop.
   */
  SetBackground: [background: string];
  /**
   * Chooses what is done to the picture beyond the mode, in this order: `mirror` and `flip` turn the
   * camera's picture before anything else, so what replaces the room is never turned; `hologram` and
   * `brighten` (for somebody who sits in the dark) change the person; `desaturate-background` takes the
   * colours out of what is behind them, `blur-background` puts it out of focus; `light-wrap` lets a
   * bright background shine on the person's outline; `grayscale` and `vignette` change both. Mode
   * `passthrough` has no person of its own: there `desaturate-background`, `blur-background` and
   * `light-wrap` do nothing, and all others change the whole picture. Mode `mask` is only turned. A
   * running picture changes between two frames, without a gap.
   */
  SetEffects: [effects: readonly string[]];
  /**
   * Checks an image (JPEG, PNG, WebP, AVIF, TIFF), an animation (GIF, WebP, APNG) or a clip (MP4, WebM,
   * MKV) and keeps it in the service's state. It belongs to the user who calls: that user and root alone
   * list, show, choose and remove it; for others there is no such id. What earlier versions imported
   * belongs to nobody and is everybody's until somebody imports the same file or removes it. It is
   * decoded by a process of its own with limits on memory and time, turned upright, and encoded again
   * without what else the file holds (place, camera, sound). The same bytes with the same options are
   * kept once: their id is answered again, under the name of the first time.
   */
  ImportBackground: [name: string, data: Uint8Array, options: Readonly<Record<string, Variant>>];
  /**
   * Deletes it, with all that was derived of it: nothing of the picture is left on the disk when this
   * answers. What another user has imported of the same file stays; root removes it from all. When it is
   * the current one, the Background changes to the one of a new installation first.
   */
  RemoveBackground: [background: string];
  /**
   * Lists what the caller can choose besides colours, gradients and files; root gets what all users have
   * imported. Keys of each: `id` s (what SetBackground takes), `name` s, `kind` s (`still`, `animated` or
   * `video`), `builtin` b, `animated` b (whether it moves), `width` u and `height` u (pixels, 0 for what
   * is drawn at any size), `frames` u, `duration` d (seconds, 0 for what does not move), `bytes` t (on
   * disk, 0 for built-in ones). Only an entry that was found damaged has `problem` s, which says what to
   * do: it is set aside and can only be removed.
   */
  ListBackgrounds: [];
  /**
   * Makes a small picture to choose by. What was made once is answered at once the next time.
   */
  GetThumbnail: [background: string, size: number];
  /**
   * Lists the segmentation models that are installed: built-in ones, those of the system's folder and
   * those of the service's own. Nothing is loaded for it. Keys of each model: `name` s (what SetModel
   * takes), `title` s, `licence` s (an SPDX expression, or "" when none is known), `source` s
   * (`built-in`, `system` or `user`), `usable` b, `problem` s (why it is not usable and what to do, else
   * ""), `width` u and `height` u (of its input in pixels, 0 when unknown), `output` s (what its numbers
   * mean: `probability`, `logits`, `two-class-logits` or `class-scores`) and `crop` s (`follow`: it looks
   * at a box around the person, `stretch`: at the whole picture).
   */
  ListModels: [];
  /**
   * Chooses the model that finds the person. While the picture runs, the new model is loaded beside the
   * old one, which works on until it is replaced between two frames; this answers when the new one is in
   * use. While it does not run, the model is examined by a process of its own before this answers; a file
   * that has never been checked is run once.
   */
  SetModel: [model: string];
  /**
   * Lists the real cameras that are there, and the chosen one also while it is not. Each is opened for a
   * moment; none is switched on. Keys of each camera: `id` s (what SetCamera takes; the same after a
   * restart and in another port), `name` s, `path` s (its device node now, "" while it is not there),
   * `present` b, `chosen` b (it was given to SetCamera), `in-use` b, `usable` b, `problem` s (why it is
   * not usable and what to do, else "") and `sizes` as (what it offers, like `1280x720`, the largest
   * first).
   */
  ListCameras: [];
  /**
   * Chooses the real camera. A running picture changes over between two frames; this answers when the
   * other camera is in use. The choice is remembered: while the chosen camera is not there another one
   * stands in, and the chosen one is taken again as soon as it is back. With "" hardware goes before
   * loopback devices, and a camera that is in use is not left for another one that comes.
   */
  SetCamera: [camera: string];
  /**
   * The last composed frame, as consumers see it: never the camera's raw frame, except that mode
   * `passthrough` shows just that. While the room is being hidden, and for a call that was made before,
   * there is no picture. Nothing is kept for it: there is a picture only while the state is `running`.
   */
  Snapshot: [options: Readonly<Record<string, Variant>>];
}

/** What each method answers. */
export interface MethodOutputs {
  Start: [];
  Stop: [];
  SetMode: [];
  SetBackground: [];
  SetEffects: [];
  ImportBackground: [background: string];
  RemoveBackground: [];
  ListBackgrounds: [backgrounds: readonly Readonly<Record<string, Variant>>[]];
  GetThumbnail: [png: Uint8Array];
  ListModels: [models: readonly Readonly<Record<string, Variant>>[]];
  SetModel: [];
  ListCameras: [cameras: readonly Readonly<Record<string, Variant>>[]];
  SetCamera: [];
  Snapshot: [jpeg: Uint8Array];
}

/** Value of each property. */
export interface PropertyValues {
  /**
   * - `stopped`: disabled; whoever reads the virtual camera sees a placeholder card.
   * - `idle`: enabled, and no application reads; the real camera is closed (not with OnDemand false).
   * - `starting`: an application reads and sees the placeholder card until the first composed frame is
   * there.
   * - `running`: composed frames flow.
   * - `suspended`: the system sleeps or is about to.
   * - `failed`: enabled, and something is wrong; LastError says what. The service keeps trying, readers
   * see the placeholder card.
   */
  State: string;
  /**
   * The current mode, see SetMode: `passthrough` as long as the room may be seen. A new installation has
   * `blur`.
   */
  Mode: string;
  /**
   * The modes that SetMode takes.
   */
  Modes: readonly string[];
  /**
   * The current background, as given to SetBackground. Everybody may read it. An id tells nothing but to
   * somebody who has the very file.
   */
  Background: string;
  /**
   * How much mode `blur` blurs, from 0 (not at all: the room is shown) to 100 (nothing can be
   * recognised). Writing it answers when the new strength is in use. 0 holds for a visit only and is
   * never remembered; it is chosen in mode `blur`, since SetMode does not bring it along.
   */
  BlurStrength: number;
  /**
   * The current effects in the order in which they are applied, see SetEffects. A new installation has
   * none.
   */
  Effects: readonly string[];
  /**
   * The effects that SetEffects takes, in the order in which they are best offered.
   */
  AvailableEffects: readonly string[];
  /**
   * Milliseconds in which one background fades into the next when the background or the mode changes,
   * from 0 (at once) to 2000. It happens between modes that hide the room only: from and to `passthrough`
   * and `mask` every change is at once, so that the room is never seen for longer than it was asked for.
   * A new installation has 200.
   */
  CrossFade: number;
  /**
   * Name of the segmentation model, see SetModel.
   */
  Model: string;
  /**
   * Whether the real camera is on only while an application reads the virtual one: true in a new
   * installation. With false it is on as long as the virtual camera is enabled, so that an application
   * has the picture at once; that holds for a visit only and is never remembered. Writing it answers at
   * once; a camera that nobody needs any more is closed within two seconds.
   */
  OnDemand: boolean;
  /**
   * Size of the virtual camera: `auto` (what the real camera offers near 1280x720; in a new installation)
   * or WIDTHxHEIGHT, two even numbers from 32 to 4096. The real camera is asked for the same size, and
   * its picture is scaled and cropped where it has another one.
   *
   * The format of a v4l2loopback device is fixed while anybody reads it. A change is remembered at once
   * and carried out when the last reader has gone and the real camera is closed (with versions before
   * 0.13 of the module, which do not tell about readers: at the next Stop). Keys `width`, `height` and
   * `frame-rate` of Statistics have the format at work. The same goes for FrameRate, and for another
   * camera while this is `auto`.
   */
  Resolution: string;
  /**
   * Frames per second of the virtual camera, 1 to 240, or 0 for what the real camera offers (in a new
   * installation). A change is carried out when a change of Resolution would be.
   */
  FrameRate: number;
  /**
   * Path of the device node that applications read, for example `/dev/video10`, or "" while there is
   * none.
   */
  VirtualCamera: string;
  /**
   * Stable id of the real camera that is in use, or of the chosen one while none is; "" is an automatic
   * choice. It differs from the chosen one while another stands in for that; ListCameras says which is
   * which.
   */
  Camera: string;
  /**
   * How many applications read the virtual camera. Versions 0.13 and later of the v4l2loopback module say
   * 0 or 1; older ones say nothing, and this is 1 all the time (key `on-demand` of Statistics is false
   * then).
   */
  Consumers: number;
  /**
   * Whether the real camera is open, as its light would show.
   */
  CameraInUse: boolean;
  /**
   * Name and text of what is wrong, or two empty strings. The name is one that a method could answer, for
   * example `org.backscrub.Error.NoCamera`. It is cleared when frames flow again, or by Start; what is
   * not as it should be with the loopback module, or a default that stands in for a background or model
   * that has vanished, stays until it is mended.
   */
  LastError: readonly [string, string];
  /**
   * Measurements. Not announced; read it when you want it. Always there: `width` u, `height` u and
   * `frame-rate` u (the virtual camera's format), `on-demand` b (the module tells about its readers),
   * `engine-starts` u and `engine-failures` u (since the service started). While an engine runs, over its
   * last window of frames: `frames` t, `dropped` t (camera frames passed over for a newer one),
   * `reused-mattes` t (frames composed with the matte of an earlier one), `frames-per-second` d,
   * `execution-provider` s, and `stages` a{sa{sd}}: for each stage in the order of the frame's way the
   * milliseconds `wall-median`, `wall-p99`, `cpu-median`, `cpu-p99`.
   */
  Statistics: Readonly<Record<string, Variant>>;
  /**
   * Version of the service, for example `0.1.0`.
   */
  Version: string;
}

/** The interface without comments, as Introspect serves it. */
export const INTERFACE_XML =
  '  <interface name="org.backscrub">\n    <method name="Start">\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </method>\n    <method name="Stop">\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </method>\n    <method name="SetMode">\n      <arg name="mode" type="s" direction="in"/>\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </method>\n    <method name="SetBackground">\n      <arg name="background" type="s" direction="in"/>\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </method>\n    <method name="SetEffects">\n      <arg name="effects" type="as" direction="in"/>\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </method>\n    <method name="ImportBackground">\n      <arg name="name" type="s" direction="in"/>\n      <arg name="data" type="ay" direction="in"/>\n      <arg name="options" type="a{sv}" direction="in"/>\n      <arg name="background" type="s" direction="out"/>\n      <annotation name="org.backscrub.Permission" value="org.backscrub.manage-backgrounds"/>\n    </method>\n    <method name="RemoveBackground">\n      <arg name="background" type="s" direction="in"/>\n      <annotation name="org.backscrub.Permission" value="org.backscrub.manage-backgrounds"/>\n    </method>\n    <method name="ListBackgrounds">\n      <arg name="backgrounds" type="aa{sv}" direction="out"/>\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </method>\n    <method name="GetThumbnail">\n      <arg name="background" type="s" direction="in"/>\n      <arg name="size" type="u" direction="in"/>\n      <arg name="png" type="ay" direction="out"/>\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </method>\n    <method name="ListModels">\n      <arg name="models" type="aa{sv}" direction="out"/>\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </method>\n    <method name="SetModel">\n      <arg name="model" type="s" direction="in"/>\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </method>\n    <method name="ListCameras">\n      <arg name="cameras" type="aa{sv}" direction="out"/>\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </method>\n    <method name="SetCamera">\n      <arg name="camera" type="s" direction="in"/>\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </method>\n    <method name="Snapshot">\n      <arg name="options" type="a{sv}" direction="in"/>\n      <arg name="jpeg" type="ay" direction="out"/>\n      <annotation name="org.backscrub.Permission" value="org.backscrub.view"/>\n    </method>\n    <property name="State" type="s" access="read"/>\n    <property name="Mode" type="s" access="read"/>\n    <property name="Modes" type="as" access="read">\n      <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="const"/>\n    </property>\n    <property name="Background" type="s" access="read"/>\n    <property name="BlurStrength" type="u" access="readwrite">\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </property>\n    <property name="Effects" type="as" access="read"/>\n    <property name="AvailableEffects" type="as" access="read">\n      <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="const"/>\n    </property>\n    <property name="CrossFade" type="u" access="readwrite">\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </property>\n    <property name="Model" type="s" access="read"/>\n    <property name="OnDemand" type="b" access="readwrite">\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </property>\n    <property name="Resolution" type="s" access="readwrite">\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </property>\n    <property name="FrameRate" type="u" access="readwrite">\n      <annotation name="org.backscrub.Permission" value="org.backscrub.control"/>\n    </property>\n    <property name="VirtualCamera" type="s" access="read"/>\n    <property name="Camera" type="s" access="read"/>\n    <property name="Consumers" type="u" access="read"/>\n    <property name="CameraInUse" type="b" access="read"/>\n    <property name="LastError" type="(ss)" access="read"/>\n    <property name="Statistics" type="a{sv}" access="read">\n      <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="false"/>\n    </property>\n    <property name="Version" type="s" access="read">\n      <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="const"/>\n    </property>\n  </interface>\n';
