import { resolve } from 'node:path';
import { dependencyRules } from './dependency-rules.ts';
import { findViolations } from './find-violations.ts';

const root = resolve(import.meta.dirname, '../../../..');
const { filesRead, importsRead, violations } = await findViolations(
  root,
  ['apps', 'packages', 'proto'],
  dependencyRules(),
);
for (const { file, imported, rule } of violations) console.error(`${file} imports '${imported}', but: ${rule}.`);
console.log(`${filesRead} files, ${importsRead} imports, ${violations.length} against the dependency direction.`);
process.exitCode = violations.length === 0 ? 0 : 1;
