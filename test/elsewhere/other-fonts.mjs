import Module from 'node:module';

/**
 * Other fonts, for `node --import`: FONTS maps the end of a font file's name to another file, or to nothing where it is
 * not installed.
 */
const FONTS = Object.entries(JSON.parse(process.env['FONTS'] ?? '{}'));
const RESOLVE = '_resolveFilename';
const resolve = Module[RESOLVE];

Module[RESOLVE] = function (request, ...rest) {
  const font = FONTS.find(([ending]) => String(request).endsWith(ending));
  if (font === undefined) return resolve.call(this, request, ...rest);
  const [, path] = font;
  if (path !== '') return path;
  throw Object.assign(new Error(`Cannot find module '${request}'`), { code: 'MODULE_NOT_FOUND' });
};
