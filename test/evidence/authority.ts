import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const run = promisify(execFile);

/** What the authority's server does with a request, given openssl's answer. */
export type Answering = (token: Buffer, response: ServerResponse) => void;

const HONEST: Answering = (token, response) => {
  response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(token);
};

/** A timestamp authority (RFC 3161) of openssl's: a CA, and a certificate that signs tokens. */
export class Authority {
  readonly caFile: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.caFile = join(folder, 'ca.pem');
  }

  /** `until`: the end of the signer's validity, as openssl writes times. */
  static async make({ until = '20500101000000Z', usage = 'critical,timeStamping' } = {}): Promise<Authority> {
    const folder = await mkdtemp(join(tmpdir(), 'detect-report-tsa-'));
    const authority = new Authority(folder);
    await mkdir(join(folder, 'new'));
    await writeFile(join(folder, 'index.txt'), '');
    await writeFile(join(folder, 'serial'), '01\n');
    await writeFile(join(folder, 'tsa-serial'), '01\n');
    const lines = [
      '[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN=Test CA',
      '[v3_ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign',
      `[tsa]\nbasicConstraints=CA:FALSE\nextendedKeyUsage=${usage}\nkeyUsage=critical,digitalSignature`,
      `[ca]\ndefault_ca=own\n[own]\ndatabase=${folder}/index.txt\nserial=${folder}/serial\nnew_certs_dir=${folder}/new`,
      `certificate=${folder}/ca.pem\nprivate_key=${folder}/ca.key\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied`,
      `[tsa_config]\nserial=${folder}/tsa-serial\nsigner_cert=${folder}/tsa.pem\nsigner_key=${folder}/tsa.key`,
      'signer_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\ness_cert_id_alg=sha256',
    ];
    await writeFile(join(folder, 'openssl.cnf'), `${lines.join('\n')}\n`);
    const config = ['-config', 'openssl.cnf'];
    const key = ['-newkey', 'rsa:2048', '-nodes'];
    await authority.openssl(
      'req',
      '-x509',
      ...config,
      ...key,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-extensions',
      'v3_ca',
    );
    await authority.openssl('req', ...config, ...key, '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/CN=Test TSA');
    const times = ['-startdate', '20200101000000Z', '-enddate', until];
    await authority.openssl(
      'ca',
      ...config,
      '-batch',
      '-in',
      'tsa.csr',
      '-out',
      'tsa.pem',
      '-extensions',
      'tsa',
      ...times,
    );
    return authority;
  }

  /** Throws what openssl says. */
  async openssl(...words: string[]): Promise<string> {
    return (await run('openssl', words, { cwd: this.#folder })).stdout;
  }

  /** Serves tokens until the test ends. `bodies`: the requests, as they came. */
  async serve(answering: Answering = HONEST): Promise<{ readonly url: string; readonly bodies: readonly Buffer[] }> {
    const bodies: Buffer[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        bodies.push(body);
        void this.#tokenFor(body).then((token) => answering(token, response));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => server.close().closeAllConnections());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`, bodies };
  }

  async #tokenFor(query: Buffer): Promise<Buffer> {
    const name = join(this.#folder, `query-${query.toString('hex', 60)}`);
    await writeFile(name, query);
    await this.openssl(
      'ts',
      '-reply',
      '-config',
      'openssl.cnf',
      '-section',
      'tsa_config',
      '-queryfile',
      name,
      '-out',
      `${name}.tsr`,
    );
    return await readFile(`${name}.tsr`);
  }
}
