/** Pictures of the extension for the documentation and for looking at: `npm run extension:screenshots [FOLDER]`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { ROOT } from '../support/private-bus.js';
import { Hands } from './hands.js';
import { MockPolkit } from './mock-polkit.js';
import { MockService } from './mock-service.js';
import { ShellBed } from './shell-bed.js';

const folder = process.argv[2] ?? join(ROOT, 'docs/images/gnome');
const SETTLE_MS = 900;
/** Wide enough for a notification beside quick settings, in logical pixels. */
const WIDTH = 1400;

/** What a picture shows, in logical pixels of the screen. */
const SETTINGS_AREA = { left: WIDTH - 435, width: 435 };
const ERROR_AREA = { left: 432, width: WIDTH - 432 };
const WINDOW_AREA = { left: (WIDTH - 768) / 2, width: 768 };

interface Setting {
  readonly name: string;
  readonly language?: string;
  readonly scheme: 'default' | 'prefer-dark' | 'prefer-light';
  readonly scale: 1 | 2;
  /** Only what is worth a look again, not every page. */
  readonly brief?: boolean;
}

const SETTINGS: readonly Setting[] = [
  { name: 'dark', scheme: 'prefer-dark', scale: 1 },
  { name: 'light', scheme: 'prefer-light', scale: 1 },
  { name: 'dark-2x', scheme: 'prefer-dark', scale: 2, brief: true },
  { name: 'de', scheme: 'prefer-light', scale: 1, language: 'de_DE.UTF-8', brief: true },
];

const BRIEF = ['menu', 'gallery', 'preferences-backgrounds'];

const LABELS = {
  Preferences: { 'de_DE.UTF-8': 'Einstellungen' },
  Effects: { 'de_DE.UTF-8': 'Effekte' },
} as const;

async function pictures(setting: Setting): Promise<void> {
  const { name, language, scheme, scale } = setting;
  const label = (text: keyof typeof LABELS) => (language === 'de_DE.UTF-8' ? LABELS[text][language] : text);
  const bed = await ShellBed.start({
    monitor: `${WIDTH * scale}x${800 * scale}`,
    settings: [['org.gnome.desktop.interface', 'color-scheme', `'${scheme}'`]],
    ...(language === undefined ? {} : { language }),
  });
  try {
    if (scale !== 1) await bed.setScale(scale);
    const hands = await Hands.on(bed);
    await MockPolkit.start(await bed.connect());
    const service = new MockService(await bed.connect());
    await bed.install(true);
    await service.appear({ backgrounds: 14, values: { CameraInUse: true, State: 'running' } });
    service.add('Holiday');
    await bed.enable();
    await bed.until('bs.tile()?.visible === true');
    await bed.eval('Main.messageTray.getSources().forEach((source) => source.destroy())');
    await sleep(SETTLE_MS);
    const take = async (what: string, { left, width }: typeof SETTINGS_AREA, height = 800) => {
      if (setting.brief && !BRIEF.includes(what)) return;
      await bed.eval('bs.rest()');
      await sleep(SETTLE_MS);
      const path = join(folder, `${what}-${name}.png`);
      await bed.screenshot(path);
      const whole = await sharp(path).toBuffer({ resolveWithObject: true });
      const area = {
        left: left * scale,
        top: 0,
        width: width * scale,
        height: height * scale,
      };
      await sharp(whole.data).extract(area).png({ palette: true, effort: 8 }).toFile(path);
    };
    await hands.open();
    await take('tile', SETTINGS_AREA, 200);
    await hands.openMenu();
    await take('menu', SETTINGS_AREA, 580);
    service.set({ Mode: 'replace', Background: 'scene-03' });
    await sleep(SETTLE_MS);
    await take('gallery', SETTINGS_AREA, 710);
    await hands.click(`bs.item('${label('Effects')}')`);
    await take('effects', SETTINGS_AREA);
    await hands.click(`bs.item('${label('Effects')}')`);
    service.set({
      State: 'failed',
      CameraInUse: false,
      Mode: 'blur',
      LastError: [
        'org.backscrub.Error.NoCamera',
        'The camera "Integrated Camera" was unplugged. Plug it in again, or choose another one.',
      ],
    });
    await sleep(SETTLE_MS);
    await take('error', ERROR_AREA, 650);
    service.set({ State: 'running', LastError: ['', ''], Mode: 'replace' });
    await hands.click(`bs.item('${label('Preferences')}')`);
    await bed.until('global.get_window_actors().length > 0', 30_000);
    await sleep(3000);
    for (const [index, page] of ['backgrounds', 'picture', 'camera', 'shortcuts', 'about'].entries()) {
      // The pages' buttons at the bottom of the window.
      if (index > 0) await hands.clickWindow(0.2 + index * 0.15, 0.96);
      await sleep(SETTLE_MS);
      await take(`preferences-${page}`, WINDOW_AREA);
    }
  } finally {
    await bed.stop();
  }
}

mkdirSync(folder, { recursive: true });
const wanted = process.argv.slice(3);
for (const setting of SETTINGS) {
  if (wanted.length > 0 && !wanted.includes(setting.name)) continue;
  await pictures(setting);
  process.stdout.write(`${setting.name}: done\n`);
}
process.exit();
