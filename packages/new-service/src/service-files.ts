import type { ServicePlan } from './service-plan.ts';
import { accessTest } from './templates/access-test.ts';
import { contract } from './templates/contract.ts';
import { downstreamFile } from './templates/downstream-file.ts';
import { mainFile } from './templates/main-file.ts';
import { migration } from './templates/migration.ts';
import { otherServicesFile } from './templates/other-services-file.ts';
import { packageFile, tsconfigFile, vitestFile } from './templates/package-file.ts';
import { rulesFile, rulesTest } from './templates/rules-file.ts';
import { serviceFile } from './templates/service-file.ts';
import { serviceTest } from './templates/service-test.ts';
import { storeFile } from './templates/store-file.ts';

/** A file to write. */
export interface FileToWrite {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly content: string;
}

/** Every new file of a service. */
export function serviceFiles(plan: ServicePlan): readonly FileToWrite[] {
  const { name, snake } = plan.names;
  const app = `apps/${name}`;
  return [
    { path: `proto/${snake}/v1/${snake}.proto`, content: contract(plan) },
    { path: `${app}/package.json`, content: packageFile(plan) },
    { path: `${app}/tsconfig.json`, content: tsconfigFile },
    { path: `${app}/vitest.config.ts`, content: vitestFile },
    { path: `${app}/src/main.ts`, content: mainFile(plan) },
    { path: `${app}/src/${name}-service.ts`, content: serviceFile(plan) },
    { path: `${app}/src/${name}-service.test.ts`, content: serviceTest(plan) },
    { path: `${app}/src/${name}-access.test.ts`, content: accessTest(plan) },
    ...(plan.database
      ? [
          { path: `${app}/migrations/001.do.sql`, content: migration(plan) },
          { path: `${app}/src/${name}.ts`, content: rulesFile(plan) },
          { path: `${app}/src/${name}.test.ts`, content: rulesTest(plan) },
          { path: `${app}/src/${name}-store.ts`, content: storeFile(plan) },
        ]
      : []),
    ...(plan.callees.length > 0
      ? [
          { path: `${app}/src/downstream.ts`, content: downstreamFile(plan) },
          { path: `${app}/src/testing/other-services.ts`, content: otherServicesFile(plan) },
        ]
      : []),
  ];
}
