#!/bin/bash
# The guest: bed.sh build | up | down | ssh COMMAND... | put FILE... DIR | get FILE LOCAL | share HOSTDIR MOUNTPOINT | forward LOCAL-SOCKET SOCKET
# User-Mode Linux: programs run at native speed on one CPU, system calls are slow (about 20 us), fork+exec 14 ms.
# The link to the guest lives in a network namespace of its own: nothing else on this machine sees the addresses,
# and the guest reaches nothing but the host's end of it.
. "$(dirname "$0")/lib.sh"
verb=${1:-}
if [ "$verb" = build ]; then exec "$BED_SRC/build.sh"; fi
need_root
mkdir -p "$RUN"
options=(-i "$SSH_KEY" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR
  -o ConnectTimeout=5 -o BatchMode=yes -o ControlMaster=auto -o "ControlPath=/tmp/$BED_NAME-%C.ssh" -o ControlPersist=600
  -o ServerAliveInterval=5 -o ServerAliveCountMax=6)
inside=(ip netns exec "$BED_NAME")
guest() { "${inside[@]}" ssh "${options[@]}" "root@$GUEST_ADDRESS" "$@"; }
alive() { [ -f "$RUN/pid" ] && kill -0 "$(cat "$RUN/pid")" 2>/dev/null; }

case $verb in
  up)
    alive && { say "already up"; exit 0; }
    [ -c /dev/net/tun ] || { mkdir -p /dev/net && mknod /dev/net/tun c 10 200; }
    ip netns list | grep -qw "$BED_NAME" || ip netns add "$BED_NAME"
    if ! "${inside[@]}" ip link show bed0 > /dev/null 2>&1; then
      "${inside[@]}" ip tuntap add dev bed0 mode tap
      "${inside[@]}" ip address add "$HOST_ADDRESS/30" dev bed0
      "${inside[@]}" ip link set bed0 up
    fi
    rm -rf "$RUN/cow" "$RUN/umid"
    # UML loses count of io_uring's pages when such a process executes another (libuv makes a ring): it is off.
    # The guest's memory is a file: on tmpfs, or every page would be written to disk.
    # Its kernel and its processes take turns: on one CPU each turn costs a switch, on two it wakes the other one up,
    # which makes everything that faults or calls the kernel three times slower.
    cpu=$(taskset -cp $$ | sed 's/.*[ ,-]//')
    # For a host that allows no seccomp: with ptrace, processors with AMX need it; all others do not notice.
    gcc -O2 -shared -fPIC -o "$RUN/xstate.so" "$BED_SRC/xstate.c"
    # A session is a group for the scheduler, where that is switched on, and nice counts within it only.
    first='echo -19 2> /dev/null > /proc/self/autogroup || true; exec "$@"'
    TMPDIR=/dev/shm setsid "${inside[@]}" nice -n -19 taskset -c "$cpu" bash -c "$first" - \
      env "LD_PRELOAD=$RUN/xstate.so" "$KERNEL/linux" "mem=${BED_MEMORY:-4096M}" "ubd0=$RUN/cow,$IMAGE" \
      root=/dev/ubda rw rootfstype=ext4 "vec0:transport=tap,ifname=bed0,depth=128" "uml_dir=$RUN" umid=umid \
      seccomp=auto con=null con0=null,fd:1 ssl=null console=tty0 systemd.show_status=1 \
      sysctl.kernel.io_uring_disabled=2 panic=-1 ${BED_APPEND:-} \
      < /dev/null > "$RUN/console.log" 2>&1 &
    echo $! > "$RUN/pid"
    began=$(date +%s)
    while [ $(($(date +%s) - began)) -lt 120 ]; do
      alive || { tail -n 30 "$RUN/console.log" >&2; fail "the guest's kernel ended"; }
      if guest true 2>/dev/null; then
        say "guest up after $(($(date +%s) - began)) s"
        exit 0
      fi
      sleep 0.5
    done
    tail -n 30 "$RUN/console.log" >&2
    fail "the guest did not answer within 120 s; its console is $RUN/console.log"
    ;;
  down)
    if alive; then
      guest systemctl poweroff 2>/dev/null || true
      for _ in $(seq 40); do alive || break; sleep 0.5; done
      alive && kill -9 -- "-$(cat "$RUN/pid")" 2>/dev/null
    fi
    rm -f "$RUN/pid" "$RUN/cow" /tmp/"$BED_NAME"-*.ssh
    ip netns list | grep -qw "$BED_NAME" && ip netns delete "$BED_NAME"
    exit 0
    ;;
  ssh)
    shift
    exec "${inside[@]}" ssh "${options[@]}" "root@$GUEST_ADDRESS" "$@"
    ;;
  put) exec "${inside[@]}" scp -qr "${options[@]}" "${@:2:$#-2}" "root@$GUEST_ADDRESS:${*: -1}" ;;
  get) exec "${inside[@]}" scp -qr "${options[@]}" "root@$GUEST_ADDRESS:$2" "$3" ;;
  share)
    guest "mkdir -p '$3' && { mountpoint -q '$3' || mount -t hostfs none '$3' -o 'hostfs=$(readlink -f "$2")'; }"
    ;;
  forward) # a socket of the guest on this machine, until it is ended
    rm -f "$2"
    # The first value of an option counts: this connection is not the one that the others share.
    alone=(-o ControlMaster=no -o ControlPath=none -o ControlPersist=no -o ExitOnForwardFailure=yes)
    exec "${inside[@]}" ssh "${alone[@]}" "${options[@]}" -N -L "$2:$3" "root@$GUEST_ADDRESS"
    ;;
  *)
    sed -n 2p "$0"
    exit 2
    ;;
esac
