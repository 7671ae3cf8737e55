// A reader for D-Bus introspection XML that keeps the comments, which XML libraries drop. No entities beyond the
// predefined ones, no CDATA: introspection files have none.

const TOKEN =
  /<!--([\s\S]*?)-->|<\?[\s\S]*?\?>|<!DOCTYPE[\s\S]*?>|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/g;

function decodeEntities(text) {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

function encodeEntities(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/**
 * Elements as `{ name, attributes, children, comment }`, where comment is the one that stands right before the element.
 * @param fail called with a text when the file is not well formed; must throw
 */
export function parseXml(xml, fail) {
  const top = { children: [] };
  const open = [top];
  let comment = '';
  let position = 0;
  for (const match of xml.matchAll(TOKEN)) {
    if (match.index !== position) break;
    position += match[0].length;
    const [, commentText, closing, name, attributeText, empty, text] = match;
    const parent = open[open.length - 1];
    if (commentText !== undefined) comment = commentText;
    else if (closing !== undefined) {
      if (parent.name !== closing) fail(`</${closing}> closes <${parent.name}>`);
      open.pop();
    } else if (name !== undefined) {
      const attributes = {};
      for (const [, key, value] of attributeText.matchAll(/([\w:.-]+)="([^"]*)"/g))
        attributes[key] = decodeEntities(value);
      const element = { name, attributes, children: [], comment };
      comment = '';
      parent.children.push(element);
      if (!empty) open.push(element);
    } else if (text !== undefined && text.trim() !== '') fail(`unexpected text: ${text.trim()}`);
  }
  if (position !== xml.length) fail(`not well formed near: ${xml.slice(position, position + 40)}`);
  if (open.length !== 1 || top.children.length !== 1) fail('elements are not closed properly');
  return top.children[0];
}

/** The element as XML without comments. */
export function toXml({ name, attributes, children }, indent) {
  const head = Object.entries(attributes).map(([key, value]) => ` ${key}="${encodeEntities(value)}"`);
  if (children.length === 0) return `${indent}<${name}${head.join('')}/>\n`;
  return `${indent}<${name}${head.join('')}>\n${children.map((c) => toXml(c, `${indent}  `)).join('')}${indent}</${name}>\n`;
}

/** Joins the wrapped lines of a paragraph; list items stay lines of their own. */
function unwrap(lines) {
  const out = [];
  for (const line of lines) {
    const last = out[out.length - 1];
    if (line === '' || line.startsWith('- ') || last === undefined || last === '') out.push(line);
    else out[out.length - 1] = `${last} ${line}`;
  }
  return out.join('\n').trim();
}

/** Reads the gtk-doc comment of an element: `Name:`, `@parameter: text`, paragraphs, `Errors:` and its list. */
export function parseDocumentation(element, fail) {
  const { name } = element.attributes;
  const lines = element.comment.split('\n').map((line) => line.trim());
  while (lines[0] === '') lines.shift();
  if (lines.shift() !== `${name}:`) fail(`no comment that begins with "${name}:" before ${name}`);
  const end = lines.indexOf('Errors:');
  const body = end < 0 ? lines : lines.slice(0, end);

  const parameters = new Map();
  const rest = [];
  let current;
  for (const line of body) {
    const parameter = /^@(\w+): (.+)$/.exec(line);
    if (parameter) {
      current = parameter[1];
      parameters.set(current, parameter[2]);
    } else if (line === '') {
      current = undefined;
      rest.push(line);
    } else if (current) parameters.set(current, `${parameters.get(current)} ${line}`);
    else rest.push(line);
  }

  const errors = [];
  for (const item of end < 0 ? [] : unwrap(lines.slice(end + 1)).split('\n')) {
    const error = /^- (\w+): (.+)$/.exec(item);
    if (!error) fail(`${name}: not an entry of the list of errors: ${item}`);
    errors.push({ code: error[1], when: error[2] });
  }
  const text = unwrap(rest);
  if (text === '') fail(`${name} is not documented`);
  return { text, parameters, errors };
}

/** For comparing: line ends and blanks at the end of a file do not count. */
export function clean(text) {
  return text.replaceAll('\r\n', '\n').trimEnd();
}
