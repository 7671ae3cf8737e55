/** All scenarios, one after the other: there is one guest with one camera. run.sh starts this. */
import { after } from 'node:test';
import { journal } from './service.js';
import './scenarios/install.js';
import './scenarios/stream.js';
import './scenarios/steering.js';
import './scenarios/switching.js';
import './scenarios/on-demand.js';
import './scenarios/clients.js';
import './scenarios/colours.js';
import './scenarios/models.js';
import './scenarios/daily.js';
import './scenarios/bad-input.js';
import './scenarios/security.js';
import './scenarios/load.js';
import './scenarios/faults.js';
import './scenarios/survival.js';
import './scenarios/room.js';
import './scenarios/shell.js';
import './scenarios/doctor.js';
import './scenarios/package.js';

after(async () => {
  process.stdout.write(`the last of the service's journal:\n${await journal(15)}\n`);
});
