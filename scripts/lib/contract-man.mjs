// docs/man/org.backscrub.5, made from the tables of the contract; groff_man(7) says what the macros do.

const CHANGES = { true: 'changes are announced', false: 'changes are not announced', const: 'never changes' };

/** Text as roff takes it: backslashes and hyphens are its own, a dot or quote must not begin a line. */
function roff(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '')
    .replaceAll(/^([.'])/gm, '\\&$1');
}

/** Paragraphs and list items, one a line. */
function prose(text) {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (line.startsWith('- ') ? `.IP \\(bu 2\n${roff(line.slice(2))}` : `.PP\n${roff(line)}`))
    .join('\n');
}

const item = (head, text) => `.TP\n${head}\n${roff(text)}`;

function errors(member, names) {
  if (member.errors.length === 0) return [];
  return ['.PP\nErrors:', ...member.errors.map(({ code, when }) => item(`.B ${roff(names[code])}`, when))];
}

function method(member, names) {
  const list = (args) => args.map(({ name, signature }) => `${signature} ${name}`).join(', ');
  const outputs = member.outputs.length === 0 ? '' : ` \\-> (${roff(list(member.outputs))})`;
  const described = (direction) => (arg) =>
    item(`.IR ${roff(arg.name)} " (${direction}, ${roff(arg.signature)})"`, arg.documentation);
  return [
    `.SS "${roff(`${member.name}(${list(member.inputs)})`)}${outputs}"`,
    prose(member.documentation),
    ...member.inputs.map(described('in')),
    ...member.outputs.map(described('out')),
    ...errors(member, names),
    `.PP\nNeeds ${roff(member.permission)}.`,
  ];
}

function property(member, names) {
  const access = member.access === 'read' ? 'read only' : 'read and write';
  return [
    `.SS "${roff(`${member.name} (${member.signature}, ${access}, ${CHANGES[member.emits]})`)}"`,
    prose(member.documentation),
    ...errors(member, names),
    ...(member.permission ? [`.PP\nWriting needs ${roff(member.permission)}; reading is free.`] : []),
  ];
}

/**
 * @param names D-Bus name of each error, by its short name
 * @param version of the package, for the footer
 */
export function toMan({ name, documentation, methods, properties }, names, version) {
  return `${[
    '.\\" Made by scripts/generate-dbus.mjs from dbus/org.backscrub.xml; edit that file and run "npm run generate".',
    `.TH ${name.toUpperCase()} 5 "" "backscrub ${version}" "File Formats and Interfaces"`,
    '.SH NAME',
    `${name} \\- the D\\-Bus interface of the Backscrub virtual camera`,
    '.SH SYNOPSIS',
    `Name\n.B ${name}\non the system bus, object\n.BR /org/backscrub ,\ninterface\n.BR ${name} .`,
    '.PP\n.nf',
    `busctl introspect ${name} /org/backscrub`,
    `busctl call ${name} /org/backscrub ${name} SetMode s blur`,
    `busctl set\\-property ${name} /org/backscrub ${name} BlurStrength u 60`,
    '.fi',
    '.SH DESCRIPTION',
    prose(documentation),
    '.SH METHODS',
    ...methods.flatMap((member) => method(member, names)),
    '.SH PROPERTIES',
    ...properties.flatMap((member) => property(member, names)),
    '.SH SEE ALSO',
    '.BR backscrubctl (1),\n.BR busctl (1),\n.BR polkit (8),\n.BR backscrubd (8)',
  ].join('\n')}\n`;
}
