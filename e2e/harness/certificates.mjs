// Keys and certificates of devices. A device is known by its key, so nobody needs to have signed its certificate.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A new key with a certificate for `name`: its file, for `device register`, and `tls`, for requests. */
export async function makeCertificate(lifetime, name) {
  const folder = await lifetime.folder();
  const [file, key] = ['device.pem', 'device.key'].map((one) => path.join(folder, one));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
    '-subj', `/CN=${name}`, '-days', '2', '-keyout', key, '-out', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  return { file, tls: { cert: readFileSync(file), key: readFileSync(key) } };
}
