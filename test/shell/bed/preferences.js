// The preferences as GNOME's own program shows them (org.gnome.Shell.Extensions, extensionPrefsDialog.js), in a process that
// runs what the test asks: gjs -m preferences.js FOLDER. Answers on the session's bus as org.backscrub.TestPreferences.
import Adw from 'gi://Adw?version=1';
import Gdk from 'gi://Gdk?version=4.0';
import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk?version=4.0';

const NAME = 'org.backscrub.TestPreferences';
const path = ARGV[0];
Gio.Resource.load('/usr/share/gnome-shell/org.gnome.Shell.Extensions.src.gresource')._register();
const dir = Gio.File.new_for_path(path);
const [, text] = dir.get_child('metadata.json').load_contents(null);
const metadata = JSON.parse(new TextDecoder().decode(text));

/** What a test does with the window. Widgets are found by what they say. */
const hands = {
  Adw,
  Gdk,
  Gio,
  GObject,
  Gtk,
  window: undefined,
  all(widget = hands.window) {
    const found = [widget];
    for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling())
      found.push(...hands.all(child));
    return found;
  },
  of(type, match = () => true) {
    return hands.all().filter((widget) => widget instanceof type && match(widget));
  },
  says(words) {
    return hands.of(Gtk.Label, (label) => label.get_mapped() && label.label.includes(words)).length > 0;
  },
  button(label) {
    return hands.of(Gtk.Button, (button) => [button.label, button.tooltip_text].includes(label))[0];
  },
  click(label) {
    hands.button(label).emit('clicked');
  },
  /** Lets go of files above the page with the backgrounds. */
  drop(...paths) {
    const page = hands.of(Adw.PreferencesPage, (one) => one.name === 'backgrounds')[0];
    const controllers = page.observe_controllers();
    for (let index = 0; index < controllers.get_n_items(); index++) {
      const target = controllers.get_item(index);
      if (!(target instanceof Gtk.DropTarget)) continue;
      const files = Gdk.FileList.new_from_list(paths.map((name) => Gio.File.new_for_path(name)));
      return target.emit('drop', files, 10, 10);
    }
    throw new Error('the page takes no files');
  },
  spinning: () => hands.of(Gtk.Spinner).some((spinner) => spinner.spinning),
};

const application = new Adw.Application({ application_id: NAME });
application.connect('startup', () => {
  const node = Gio.DBusNodeInfo.new_for_xml(
    `<node><interface name="${NAME}"><method name="Eval"><arg direction="in" type="s"/><arg direction="out" type="s"/>
     </method></interface></node>`,
  );
  const run = async (code, invocation) => {
    try {
      const value = await new Function('hands', `return (async () => (${code}))()`)(hands);
      invocation.return_value(new imports.gi.GLib.Variant('(s)', [JSON.stringify(value) ?? 'null']));
    } catch (error) {
      invocation.return_dbus_error(`${NAME}.Error`, `${error}`);
    }
  };
  application
    .get_dbus_connection()
    .register_object(
      '/test',
      node.interfaces[0],
      (_connection, _sender, _path, _interface, _method, parameters, invocation) =>
        void run(parameters.recursiveUnpack()[0], invocation),
      null,
      null,
    );
});
async function open() {
  const { default: Preferences } = await import(dir.get_child('prefs.js').get_uri());
  const window = new Adw.PreferencesWindow({ application, title: metadata.name, search_enabled: false });
  hands.window = window;
  await new Preferences({ ...metadata, dir, path }).fillPreferencesWindow(window);
  window.present();
}
application.connect('activate', () => {
  application.hold();
  open().catch((error) => console.error(`${error}\n${error.stack}`));
});
application.run([]);
