/** npm run docs: writes the generated parts of rating/README.md, signalling/README.md and engine/audits/README.md. */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { auditsReadme, ratingReadme, signallingReadme } from './generated-docs.ts';

for (const { path, found, expected } of [ratingReadme(), signallingReadme(), auditsReadme()]) {
  const name = relative(join(import.meta.dirname, '..'), fileURLToPath(path));
  if (found !== expected) writeFileSync(path, expected);
  process.stdout.write(found === expected ? `${name} is current\n` : `${name} was written\n`);
}
