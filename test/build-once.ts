import { execFileSync } from 'node:child_process';

/** Child-process tests run the compiled program, so it is compiled once, before any of them. */
export default function buildOnce(): void {
  if (process.env['TEST_SKIP_BUILD'] === '1') return;
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
}
