// What GNOME Shell gives its extensions: gi:// modules, globals, resource:///org/gnome/shell modules.
import '@girs/gjs';
import '@girs/gjs/dom';
import '@girs/gnome-shell/ambient';
import '@girs/gnome-shell/extensions/global';
