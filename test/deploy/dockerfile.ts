export interface Instruction {
  readonly instruction: string;
  readonly args: string;
}

const KNOWN: ReadonlySet<string> = new Set([
  'FROM',
  'WORKDIR',
  'COPY',
  'RUN',
  'ENV',
  'USER',
  'STOPSIGNAL',
  'ENTRYPOINT',
  'CMD',
]);

/** The instructions of each stage. Throws on what the Dockerfile reference does not have, or this project does not use. */
export function readDockerfile(text: string): Instruction[][] {
  const stages: Instruction[][] = [];
  for (const line of text.replaceAll(/\\\n/g, ' ').split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, instruction = '', args = ''] = /^([A-Z]+) +(\S.*)$/.exec(line) ?? [];
    if (!KNOWN.has(instruction)) throw new Error(`no instruction: ${line}`);
    if (instruction === 'FROM') stages.push([]);
    stages.at(-1)?.push({ instruction, args });
  }
  return stages;
}
