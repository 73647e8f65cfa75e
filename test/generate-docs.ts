/** npm run docs: writes the generated tables of rating/README.md. */
import { writeFileSync } from 'node:fs';
import { ratingReadme } from './generated-docs.ts';

const { path, found, expected } = ratingReadme();
if (found !== expected) writeFileSync(path, expected);
process.stdout.write(found === expected ? 'rating/README.md is current\n' : 'rating/README.md was written\n');
