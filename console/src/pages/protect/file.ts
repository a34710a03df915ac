// The application file of a declaration (docs/applications.md), which `countersign application add --file` reads.

import type { Declaration } from './typed.ts';

type Resource = NonNullable<Declaration['resources']>[number];
type Route = NonNullable<Resource['routes']>[number];

/** Returns the application file. What the declaration leaves out, the file leaves out. */
export function fileOf(name: string, declaration: Declaration): string {
  const { title, owner, hosts, upstream, stage, sensitivity, assertion_header } = declaration;
  const { download_types, request_headers, operations, resources } = declaration;
  const lines = [
    line('name', text(name)),
    line('title', text(title)),
    line('owner', text(owner)),
    line('hosts', list(hosts)),
    line('upstream', text(upstream)),
    line('stage', text(stage ?? 'enforce')),
    ...(sensitivity ? [line('sensitivity', text(sensitivity))] : []),
    ...(assertion_header ? [line('assertion_header', text(assertion_header))] : []),
    ...(download_types?.length ? [line('download_types', list(download_types))] : []),
    // An empty list is not the same as none: then only the standard headers pass.
    ...(request_headers ? [line('request_headers', list(request_headers))] : []),
  ];
  const words = Object.entries(operations ?? {});
  if (words.length > 0) {
    lines.push('\n[operations]\n', ...words.map(([word, action]) => line(key(word), text(action))));
  }
  return [...lines, ...(resources ?? []).map(part)].join('');
}

const line = (field: string, value: string): string => `${field} = ${value}\n`;

function part({ part, sensitivity, routes }: Resource): string {
  const rows = (routes ?? []).map((of) => `    ${route(of)},\n`);
  return [
    '\n[[resource]]\n',
    line('part', text(part)),
    ...(sensitivity ? [line('sensitivity', text(sensitivity))] : []),
    line('routes', rows.length > 0 ? `[\n${rows.join('')}]` : '[]'),
  ].join('');
}

function route({ methods, path, action }: Route): string {
  const fields = [
    ...(methods?.length ? [`methods = ${list(methods)}`] : []),
    `path = ${text(path)}`,
    ...(action ? [`action = ${text(action)}`] : []),
  ];
  return `{ ${fields.join(', ')} }`;
}

const list = (of: string[]): string => `[${of.map(text).join(', ')}]`;

/** A key of TOML: it need not be quoted if it is a plain word. */
const key = (of: string): string => (/^[A-Za-z0-9_-]+$/.test(of) ? of : text(of));

/** A text of TOML. It is that of JSON, except that TOML allows neither DEL nor half a character. */
const text = (of: string): string =>
  JSON.stringify(of.replace(/\p{Surrogate}/gu, '\ufffd')).replaceAll('\u007f', '\\u007F');
