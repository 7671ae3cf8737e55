# Runs as the user of the session, see inside.sh. Settings in /run/test/settings: schema key value, one a line.
set -eu
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/test/system/bus
export DBUS_SESSION_BUS_ADDRESS=unix:path=/run/test/session/bus
export XDG_SESSION_TYPE=wayland XDG_CURRENT_DESKTOP=GNOME GDK_BACKEND=wayland GTK_A11Y=none
export LIBGL_ALWAYS_SOFTWARE=1
# There is no portal here; the preferences take the colour scheme from the settings then.
export ADW_DISABLE_PORTAL=1
# Not in the background by its own means: it would close what the services that it starts write to.
dbus-daemon --config-file=/run/test/session/bus.conf --nofork &
until [ -S /run/test/session/bus ]; do sleep 0.05; done
chmod 666 /run/test/session/bus
mkdir -p ~/.local/share/gnome-shell/extensions
cp -r /run/test/extensions/. ~/.local/share/gnome-shell/extensions/
while read -r schema key value; do gsettings set "$schema" "$key" "$value"; done < /run/test/settings
exec gnome-shell --headless --wayland --no-x11 --virtual-monitor "$(cat /run/test/monitor)" --unsafe-mode
