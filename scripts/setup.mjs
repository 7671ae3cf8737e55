// Makes a checkout ready: system packages, npm packages, and with --build the addon and the TypeScript.
// --test also what only the tests need, --lint and --package what only these steps need. Says nothing when nothing is to do.
import { fail } from './lib/project.mjs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 9)) {
  fail(
    `Node 20.9 or later is needed, this is ${process.version} (${process.execPath}). Install a newer Node.`,
  );
}
if (process.platform !== 'linux') fail('Linux is needed: the virtual camera is a Linux kernel module.');

// Loaded only now: an old Node shall meet the message above, not a syntax error.
const { asRoot, installPlan, missingNeeds } = await import('./lib/system-packages.mjs');
const { installNodePackages } = await import('./lib/node-packages.mjs');
const { step } = await import('./lib/step.mjs');
const { build } = await import('./lib/build.mjs');

const flags = new Set(process.argv.slice(2));
const unknown = [...flags].find((flag) => !['--build', '--test', '--lint', '--package'].includes(flag));
if (unknown !== undefined)
  fail(`unknown option ${unknown}; there are --build, --test, --lint and --package.`);

async function installSystemPackages() {
  const purposes = new Set(['test', 'lint', 'package'].filter((purpose) => flags.has(`--${purpose}`)));
  const missing = missingNeeds(purposes);
  if (missing.length === 0) return;
  const list = missing.map((need) => need.what).join(', ');
  const plan = installPlan(missing);
  if (plan === undefined) {
    fail(
      `missing on this system: ${list}. No known package manager is here: install these by hand, then try again.`,
    );
  }
  const prefix = asRoot();
  if (prefix === undefined) {
    fail(
      `missing on this system: ${list}.\nType this, then the same command again:\n\n  sudo ${plan.typed}\n`,
    );
  }
  const title = `installing system packages ${plan.names.join(' ')}`;
  const run = (words, options) => step(title, ...first([...prefix, ...words]), { env: plan.env, ...options });
  // The package lists of a fresh system are empty, and those of an old one name files that are gone.
  const attempt = await run(plan.install, { mayFail: plan.refresh !== undefined });
  if (attempt.status !== 0) {
    await step('refreshing the package lists', ...first([...prefix, ...plan.refresh]), { env: plan.env });
    await run(plan.install);
  }
  const still = missingNeeds(purposes);
  if (still.length > 0) {
    fail(`installed, but still not found: ${still.map((need) => need.what).join(', ')}.`);
  }
}

function first([command, ...args]) {
  return [command, args];
}

await installSystemPackages();
await installNodePackages();
if (flags.has('--build')) await build();
