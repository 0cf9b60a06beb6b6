import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';

/** Another zlib, for `node --import`: whatever is packed in this process is packed at another level and strategy. */
const OTHER = { level: 1, strategy: zlib.constants.Z_FIXED, memLevel: 5 };

function exchange(name, make) {
  const real = zlib[name];
  Object.defineProperty(zlib, name, { value: make(real), enumerable: true });
}

for (const name of ['deflateSync', 'deflateRawSync', 'gzipSync']) {
  exchange(name, (real) => (data, options) => real(data, { ...options, ...OTHER }));
}
for (const name of ['deflate', 'deflateRaw', 'gzip']) {
  exchange(
    name,
    (real) => (data, options, done) =>
      typeof options === 'function' ? real(data, OTHER, options) : real(data, { ...options, ...OTHER }, done),
  );
}
for (const name of ['createDeflate', 'createDeflateRaw', 'createGzip']) {
  exchange(name, (real) => (options) => real({ ...options, ...OTHER }));
}
syncBuiltinESMExports();
