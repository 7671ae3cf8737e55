# Runs in the guest after it has booted: the test's own tools and the installed tree, as a package would do it.
gcc -O2 -o /usr/local/bin/consumer /mnt/guest/consumer.c
gcc -O2 -o /usr/local/bin/feeder /mnt/guest/feeder.c
cp -a /mnt/stage/. /
chown -R root:root /usr/lib/backscrub
systemd-sysusers
for file in /usr/lib/tmpfiles.d/backscrub.conf; do
  [ ! -f "$file" ] || systemd-tmpfiles --create "$file"
done
udevadm control --reload
systemctl daemon-reload
busctl call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus ReloadConfig
systemctl restart systemd-modules-load.service
systemctl enable --quiet --now backscrub.service
# Nothing wakes up by itself while the idle service is measured.
systemctl stop --quiet '*.timer'
