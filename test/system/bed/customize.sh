#!/bin/bash
# Runs inside the new root filesystem: access by key, the link to the host, nothing that wakes up by itself.
set -euo pipefail
useradd -m -s /bin/bash -G video cam # the person at the machine; tests of polkit will need one
for home in /root /home/cam; do
  install -d -m 700 "$home/.ssh"
  install -m 600 /root/bed.pub "$home/.ssh/authorized_keys"
done
chown -R cam:cam /home/cam/.ssh
usermod -p '*' cam # no password; a locked account may not log in without PAM, not even with a key
rm -f /root/bed.pub /root/customize.sh
# Without PAM a command over ssh is no session of logind's: it does not end when a scenario replaces logind.
printf 'PermitRootLogin prohibit-password\nUseDNS no\nMaxSessions 64\nUsePAM no\n' > /etc/ssh/sshd_config.d/bed.conf
ssh-keygen -A

cat > /etc/systemd/network/20-bed.network <<N
[Match]
Name=vec*
[Network]
Address=10.77.1.2/30
LinkLocalAddressing=no
N
systemctl enable --quiet systemd-networkd ssh
systemctl disable --quiet systemd-networkd-wait-online.service
systemctl mask --quiet apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
  fstrim.timer man-db.timer
systemctl set-default --quiet multi-user.target
echo bed > /etc/hostname
echo '127.0.0.1 localhost bed' > /etc/hosts
: > /etc/fstab # the kernel command line mounts the root
rm -f /etc/resolv.conf # the guest reaches the host and nothing else
install -d /etc/systemd/journald.conf.d
printf '[Journal]\nStorage=volatile\nRateLimitIntervalSec=0\n' > /etc/systemd/journald.conf.d/bed.conf
apt-get clean
