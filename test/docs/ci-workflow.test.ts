import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';

const ROOT = join(import.meta.dirname, '..', '..');
const text = (...path: string[]) => readFile(join(ROOT, ...path), 'utf8');

/** Of the syntax of GitHub Actions those keys that are used: a misspelt one is refused here, and ignored there. */
const STEP = z.union([
  z.strictObject({ run: z.string() }),
  z.strictObject({
    uses: z.string().regex(/^actions\/(?:checkout|setup-node)@v\d+$/),
    with: z.record(z.string(), z.union([z.string(), z.boolean()])),
  }),
]);
const JOB = {
  'runs-on': z.literal('ubuntu-latest'),
  'timeout-minutes': z.int().min(5).max(90),
  steps: z.array(STEP).min(2),
};
const WORKFLOW = z.strictObject({
  name: z.string(),
  on: z.strictObject({ push: z.strictObject({ branches: z.tuple([z.literal('main')]) }), pull_request: z.null() }),
  permissions: z.strictObject({ contents: z.literal('read') }),
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.literal(true) }),
  jobs: z.strictObject({
    readme: z.strictObject({
      ...JOB,
      strategy: z.strictObject({
        'fail-fast': z.literal(false),
        matrix: z.strictObject({ node: z.array(z.string()) }),
      }),
    }),
    everything: z.strictObject({ ...JOB, container: z.strictObject({ image: z.string(), options: z.string() }) }),
  }),
});

describe('the CI workflow', () => {
  let workflow: z.output<typeof WORKFLOW>;
  beforeAll(async () => {
    workflow = WORKFLOW.parse(parse(await text('.github', 'workflows', 'ci.yml')));
  });
  const commands = ({ steps }: { readonly steps: readonly z.output<typeof STEP>[] }): string[] =>
    steps.flatMap((step) => ('run' in step ? [step.run] : []));

  test('runs the two command lines of the README on every supported version of Node, the oldest included', async () => {
    const readme = await text('README.md');
    expect(commands(workflow.jobs.readme)).toEqual(['npm ci && npm start', 'npm ci && npm test']);
    for (const command of commands(workflow.jobs.readme)) expect(readme).toContain(command);
    const { node } = workflow.jobs.readme.strategy.matrix;
    expect(node).toEqual(['20.19', '22', '24']);
    const { engines } = JSON.parse(await text('package.json')) as { engines: { node: string } };
    expect(engines.node).toBe(`>=${node[0]}.0`);
  });

  test('runs .ci/run, on the oldest supported version', async () => {
    expect(commands(workflow.jobs.everything)).toEqual(['bash .ci/run']);
    expect(await text('.ci', 'run')).toMatch(/^#!/);
    const [oldest = ''] = workflow.jobs.readme.strategy.matrix.node;
    expect(workflow.jobs.everything.container.image).toBe(`node:${oldest}-bookworm`);
  });

  test('leaves no key of the repository behind', () => {
    for (const { steps } of Object.values(workflow.jobs)) {
      const checkout = steps.find((step) => 'uses' in step && step.uses.startsWith('actions/checkout'));
      expect(checkout).toMatchObject({ with: { 'persist-credentials': false } });
    }
  });
});

test('.ci/run runs every suite and every check of the package', async () => {
  const [script, manifest] = await Promise.all([text('.ci', 'run'), text('package.json')]);
  const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> };
  const suites = Object.keys(scripts).filter((name) => name.startsWith('test'));
  expect(suites).toEqual(['test', 'test:system', 'test:soak']);
  for (const suite of suites) expect(script).toMatch(new RegExp(`^suite .* npm (?:run --silent )?${suite} --$`, 'm'));
  const checks = Array.from((scripts['check'] ?? '').matchAll(/npm run ([\w:]+)/g), ([, name = '']) => name);
  expect(checks).toEqual(['types', 'lint', 'format:check', 'knip', 'build']);
  for (const check of checks) expect(script).toMatch(new RegExp(`^step .* npm run --silent ${check}$`, 'm'));
});
