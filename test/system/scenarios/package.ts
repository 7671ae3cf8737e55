/** The last of all: it takes the service away. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { figure } from '../figures.js';
import { attempt, eventually, guest } from '../guest.js';
import { call, property, servicePid } from '../service.js';

/** Where files of ours could be; what the test itself brought is elsewhere. */
const PLACES = '/usr/bin /usr/lib /usr/share /usr/sbin /etc /var/lib /var/cache';
/** What the test installed by hand, gone as install:system --uninstall leaves it. */
const REMOVE_INSTALLED = `cd / && xargs rm -f < /usr/lib/backscrub/installed-files &&
  rm -f /usr/lib/backscrub/installed-files && find /usr/lib/backscrub -depth -type d -empty -delete`;

describe('the Debian package', () => {
  test('is installed in place of what is there and runs', async () => {
    const before = await servicePid();
    await guest(REMOVE_INSTALLED);
    // Its recommendations are the guest's business; the guest reaches no mirror.
    await guest('dpkg -i /mnt/package/backscrub_*.deb');
    await eventually(servicePid, (pid) => pid > 0 && pid !== before, 'the service was not started again');
    await eventually(
      () => property('VirtualCamera').catch(() => ''),
      (path) => path.startsWith('/dev/video'),
      'the packaged service has no virtual camera',
    );
    assert.equal(await guest('systemctl is-enabled backscrub.service'), 'enabled');
    await guest('systemctl stop backscrub.service');
    await call('Start');
    assert.equal(await guest('systemctl is-active backscrub.service'), 'active');
    const contract = await guest('busctl introspect org.backscrub /org/backscrub org.backscrub');
    for (const member of ['ImportBackground', 'SetEffects', 'ListCameras', 'LastError', 'CameraInUse'])
      assert.match(contract, new RegExp(`^\\.${member} `, 'm'));
    // The guest's dpkg leaves documentation out of every package.
    const { stdout } = await attempt("dpkg --verify backscrub | grep -v '/usr/share/\\(doc\\|man\\)/'");
    assert.equal(stdout.trim(), '', 'every file is as it was packaged');
  });

  test('keeps what the user chose when it is removed, and leaves nothing when it is purged', async () => {
    await guest('dpkg -r backscrub');
    assert.equal((await attempt('systemctl is-active backscrub.service')).stdout.trim(), 'inactive');
    assert.match(await guest('ls -d /var/lib/backscrub'), /backscrub/);
    await guest('dpkg -P backscrub');
    const left = await guest(`find ${PLACES} -xdev -iname '*backscrub*' ! -path '/var/lib/dpkg/*'`);
    assert.equal(left, '');
    assert.equal((await attempt('getent passwd backscrub')).stdout, '');
    assert.equal((await attempt('getent group backscrub')).stdout, '');
    figure('purged package', 'no file, user or group is left');
  });
});
