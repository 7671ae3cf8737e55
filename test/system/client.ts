/** Programs of the user at the machine, in the guest, that read the virtual camera and keep pictures of what they saw. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { attempt, CLIPS, guest, OUTPUT, type Result } from './guest.js';
import { Judge, type PictureRecord } from './judge.js';
import { VIRTUAL } from './pictures.js';
import { countShown, showsRoom } from './records.js';
import { quote } from './service.js';
import { toYuyv } from './yuyv.js';

export const USER = 'cam';
/** Where a client leaves its files; new for each. */
export const FOLDER = '/tmp/client';
const UNIT = 'client.service';

/**
 * Runs a shell command as the user, who is in the group video, outside any session.
 *
 * @param seconds after which it is ended
 * @param during what is to be done in the meantime
 * @returns how it ended
 * @throws what `during` throws, with what the client printed
 */
export async function runClient(
  command: string,
  seconds: number,
  during: () => Promise<void> = async () => {},
): Promise<Result> {
  await guest(`rm -rf ${FOLDER} && install -d -o ${USER} ${FOLDER}`);
  const properties = `--unit=${UNIT} --uid=${USER} --property=RuntimeMaxSec=${seconds}`;
  const words = `systemd-run --quiet --wait --pipe --collect --expand-environment=no ${properties}`;
  const ended = attempt(`${words} sh -c ${quote(command)}`);
  try {
    await during();
    return await ended;
  } catch (error) {
    await attempt(`systemctl stop ${UNIT}`);
    // What the client said is where the cause stands.
    if (error instanceof Error) error.message += `; the client:\n${told(await ended)}`;
    throw error;
  }
}

function told({ stdout, stderr }: Result): string {
  return `${stdout.slice(-2000)}\n${stderr.slice(-2000)}`;
}

/** Fails with what a client printed. */
export function assertEnded(result: Result): void {
  assert.equal(result.status, 0, `it ended with status ${result.status}:\n${told(result)}`);
}

/** Copies what the last client left to test/system/output/NAME. */
async function bring(name: string): Promise<string> {
  const folder = join(OUTPUT, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await guest(`find ${FOLDER} -maxdepth 1 -type f -exec cp {} /mnt/output/${name}/ ';'`);
  return folder;
}

function newJudge(): Judge {
  return new Judge(readFileSync(join(CLIPS, `judge-${VIRTUAL.width}x${VIRTUAL.height}.bin`)));
}

/** Judges the frames of a file that has them one after the other, YUYV of the virtual camera's size. */
export async function judgeRaw(name: string, file: string): Promise<PictureRecord[]> {
  const path = join(await bring(name), file);
  const frames = readFileSync(path);
  const bytes = VIRTUAL.width * VIRTUAL.height * 2;
  assert.equal(frames.length % bytes, 0, `${frames.length} bytes are no whole number of frames`);
  const judge = newJudge();
  const records: PictureRecord[] = [];
  for (let at = 0; at < frames.length; at += bytes)
    records.push(judge.judge(frames.subarray(at, at + bytes)));
  // A picture that shows what it must not stays for whoever looks for the cause.
  if (!records.some(showsRoom)) rmSync(path);
  return records;
}

export interface PageReport {
  readonly error?: string;
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly seconds: number;
  /** "mute" and "ended", when they came. */
  readonly events: readonly string[];
}

/** What a page saw (guest/page.js), its pictures in their order. */
export async function readPage(name: string): Promise<{ report: PageReport; pictures: PictureRecord[] }> {
  const folder = await bring(name);
  const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as PageReport;
  const judge = newJudge();
  const pictures: PictureRecord[] = [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.png'));
  for (let number = 0; number < files.length; number++) {
    const { data, info } = await sharp(join(folder, `picture-${number}.png`))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height], [VIRTUAL.width, VIRTUAL.height]);
    pictures.push(judge.judge(toYuyv(data, info)));
  }
  return { report, pictures };
}

/** One line for people. */
export function describePictures(pictures: readonly PictureRecord[]): string {
  const last = pictures.at(-1);
  const torn = pictures.filter(({ tears }) => tears.length > 0).length;
  const off = `the last one's background is off by ${last?.background.toFixed(2)} levels, its person by ${last?.person.toFixed(2)}`;
  return `${pictures.length} pictures (${countShown(pictures)}${torn > 0 ? `; ${torn} torn` : ''}), ${off}`;
}
