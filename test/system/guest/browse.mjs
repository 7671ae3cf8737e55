// Shows page.js to a browser: node browse.mjs chromium|firefox LABEL SECONDS FOLDER. Keeps what the page sends in FOLDER
// (picture-0.png and so on, report.json) and ends the browser after the report. Run as an ordinary user in the group video.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const [kind, label, seconds, folder] = process.argv.slice(2);
const PAGE = '<!doctype html><title>Camera</title><video muted playsinline></video><script type="module" src="/page.js"></script>';
const SCRIPT = readFileSync(new URL('page.js', import.meta.url));
let pictures = 0;

function keep(path, body) {
  if (path === '/picture') writeFileSync(join(folder, `picture-${pictures++}.png`), body);
  if (path !== '/report') return;
  writeFileSync(join(folder, 'report.json'), body);
  setTimeout(() => browser.kill(), 100);
}

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  const chunks = await request.toArray();
  console.log(`${(process.uptime()).toFixed(1)} s: ${request.method} ${pathname}`);
  if (request.method === 'POST') {
    keep(pathname, Buffer.concat(chunks));
    response.writeHead(204).end();
  } else if (pathname === '/page.js') {
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(SCRIPT);
  } else if (pathname === '/') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
  } else {
    response.writeHead(404).end();
  }
});

/** Nobody is there to answer a question, and the guest has no graphics and no network. */
const BROWSERS = {
  chromium: (profile) => ({
    command: [
      'chromium',
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-background-networking',
      '--disable-component-update',
      `--user-data-dir=${profile}`,
    ],
  }),
  firefox: (profile) => {
    const prefs = {
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      'datareporting.policy.dataSubmissionEnabled': false,
      'browser.aboutwelcome.enabled': false,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
    };
    const lines = Object.entries(prefs).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
    );
    writeFileSync(join(profile, 'user.js'), lines.join(''));
    return { command: ['firefox-esr', '--headless', '--no-remote', '--profile', profile], env: { MOZ_DISABLE_CONTENT_SANDBOX: '1',  } };
  },
};

server.listen(0, 'localhost');
await new Promise((resolve) => server.once('listening', resolve));
const profile = join(folder, 'profile');
mkdirSync(profile, { recursive: true });
const { command, env } = BROWSERS[kind](profile);
const url = `http://localhost:${server.address().port}/?label=${encodeURIComponent(label)}&seconds=${seconds}`;
const browser = spawn(command[0], [...command.slice(1), url], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, HOME: folder, ...env } });
browser.on('error', (error) => {
  console.log(error.message);
  process.exit(1);
});
browser.on('exit', () => process.exit(0));
