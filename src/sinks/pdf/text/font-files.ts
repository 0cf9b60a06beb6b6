import { createRequire } from 'node:module';
import type { FontRole } from '../design.ts';

/** A font file and the name it is registered under. */
export interface FontFile {
  readonly name: string;
  readonly path: string;
}

const INTER = '@expo-google-fonts/inter';
const DEJAVU = 'dejavu-fonts-ttf/ttf';

/** For each role the fonts that are asked for a character, first come, first served. Static TTF only: fontkit 2.0
 * cannot read variable fonts or most WOFF2 files. */
const CHAINS: Readonly<Record<FontRole, readonly string[]>> = {
  regular: [`${INTER}/400Regular/Inter_400Regular.ttf`, `${DEJAVU}/DejaVuSans.ttf`],
  medium: [`${INTER}/500Medium/Inter_500Medium.ttf`, `${DEJAVU}/DejaVuSans.ttf`],
  semibold: [`${INTER}/600SemiBold/Inter_600SemiBold.ttf`, `${DEJAVU}/DejaVuSans-Bold.ttf`],
  bold: [`${INTER}/700Bold/Inter_700Bold.ttf`, `${DEJAVU}/DejaVuSans-Bold.ttf`],
  mono: [
    '@expo-google-fonts/noto-sans-mono/400Regular/NotoSansMono_400Regular.ttf',
    `${DEJAVU}/DejaVuSansMono.ttf`,
    `${DEJAVU}/DejaVuSans.ttf`,
  ],
};

/** The chain of a role, resolved wherever the packages are installed. */
export function fontChain(role: FontRole): readonly FontFile[] {
  const require = createRequire(import.meta.url);
  return CHAINS[role].map((file) => ({ name: file.slice(file.lastIndexOf('/') + 1), path: require.resolve(file) }));
}
