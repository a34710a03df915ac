// Bad configuration files: the text, and what must be said. DATA is an empty folder, USED a port that is taken.

const DATA = 'data = "DATA"\n';

export const CONFIGURATIONS = [
  ['', [/missing field `data`/]],
  ['data = 1', [/invalid type/, /countersign\.toml:1/]],
  ['data = ', [/countersign\.toml:1/]],
  [`${DATA}datta = "x"`, [/unknown field `datta`/, /countersign\.toml:2/]],
  [`${DATA}name = ""`, [/name/, /1 to 63/]],
  [`${DATA}origin = "nonsense"`, [/origin/]],
  [`${DATA}origin = "http://countersign.example.org"`, [/origin/, /https/]],
  [`${DATA}[listen]\nhttp = "0.0.0.0:80"`, [/listen\.http/, /loopback/]],
  [`${DATA}[listen]\nhttp = "localhost"`, [/countersign\.toml:3/, /address/]],
  [`${DATA}[listen]\nhttps = "127.0.0.1:0"`, [/tls/, /give both or neither/]],
  [`${DATA}[listen]\nhttps = "127.0.0.1:0"\n[tls]\ncertificate = "a.pem"`, [/tls\.certificate/, /give both or neither/]],
  [`${DATA}[freshness]\nrestricted = "5 minutes"`, [/countersign\.toml:3/, /write a number and s, m, h or d/]],
  [`${DATA}[journal]\nstore = "oracle"`, [/oracle/, /sqlite/, /postgres/]],
  [`${DATA}[journal]\nstore = "postgres"`, [/url_file/]],
  [`${DATA}[networks]\noffice = []`, [/networks/, /list at least one/]],
  [`${DATA}[log]\nformat = "xml"`, [/xml/, /json/]],
];

/** Those that are wrong only on this machine: found when the server starts. */
export const PLACES = [
  [`${DATA}[listen]\nhttp = "127.0.0.1:USED"`, [/listen\.http/, /USED/]],
  ['data = "/proc/countersign"', [/data folder/, /\/proc\/countersign/]],
  [`${DATA}[journal]\nstore = "postgres"\nurl_file = "nothing.url"`, [/nothing\.url/, /cannot be read/]],
  [`${DATA}[listen]\nhttp = "127.0.0.1:0"\nhttps = "127.0.0.1:0"\n[tls]\ncertificate = "nothing.pem"\nkey = "nothing.key"`, [/tls/, /nothing\.pem/]],
];
