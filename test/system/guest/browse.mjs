// Shows page.js to a browser: node browse.mjs chromium|firefox LABEL SECONDS FOLDER. Keeps what the page sends in FOLDER
// (picture-0.png and so on, report.json) and ends the browser after the report. Run by a user of the group video.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const [kind, label, seconds, folder] = process.argv.slice(2);
const PAGE =
  '<!doctype html><title>Camera</title><video muted playsinline></video><script type="module" src="/page.js"></script>';
const SCRIPT = readFileSync(new URL('page.js', import.meta.url));

// Nobody is there to answer questions, and the guest has no graphics and no network. Both browsers' seccomp lists trap system
// calls to answer them themselves; this kernel hands a trap no registers ("Sanity checks are failing after receiving SIGSYS").
const CHROMIUM = [
  '--headless=new',
  '--disable-seccomp-filter-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-networking',
  '--disable-component-update',
];
const FIREFOX_PREFERENCES = {
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'browser.aboutwelcome.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
};

function commandFor(profile) {
  if (kind === 'chromium') return ['chromium', ...CHROMIUM, `--user-data-dir=${profile}`];
  const lines = Object.entries(FIREFOX_PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${value});\n`,
  );
  writeFileSync(join(profile, 'user.js'), lines.join(''));
  return ['firefox-esr', '--headless', '--no-remote', '--profile', profile];
}

let pictures = 0;
let reported = false;
let browser;

function keep(path, body) {
  if (path === '/picture') writeFileSync(join(folder, `picture-${pictures++}.png`), body);
  if (path !== '/report') return;
  writeFileSync(join(folder, 'report.json'), body);
  reported = true;
  browser.kill();
}

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  const body = Buffer.concat(await request.toArray());
  console.log(`${process.uptime().toFixed(1)} s: ${request.method} ${pathname}`);
  if (request.method === 'POST') {
    response.writeHead(204).end();
    keep(pathname, body);
  } else if (pathname === '/page.js') {
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(SCRIPT);
  } else if (pathname === '/') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
  } else {
    response.writeHead(404).end();
  }
});

server.listen(0, 'localhost', () => {
  const profile = join(folder, 'profile');
  mkdirSync(profile, { recursive: true });
  const [program, ...options] = commandFor(profile);
  const query = new URLSearchParams({ label, seconds });
  browser = spawn(program, [...options, `http://localhost:${server.address().port}/?${query}`], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, HOME: folder, MOZ_DISABLE_CONTENT_SANDBOX: '1' },
  });
  browser.on('error', (error) => {
    console.log(error.message);
    process.exit(1);
  });
  browser.on('exit', () => process.exit(reported ? 0 : 1));
});
