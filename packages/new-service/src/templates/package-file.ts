import type { ServicePlan } from '../service-plan.ts';

/** `apps/shipping/package.json` */
export function packageFile({ names }: ServicePlan): string {
  const content = {
    name: `@zt/${names.name}`,
    private: true,
    type: 'module',
    license: 'Apache-2.0',
    scripts: { start: 'node src/main.ts', typecheck: 'tsc --noEmit', test: 'vitest run' },
    dependencies: {
      '@zt/access-graph': 'workspace:*',
      '@zt/kit': 'workspace:*',
      '@zt/policy': 'workspace:*',
      '@zt/proto': 'workspace:*',
    },
    devDependencies: {
      '@grpc/grpc-js': 'catalog:',
      '@types/node': 'catalog:',
      '@zt/tsconfig': 'workspace:*',
      vitest: 'catalog:',
    },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** `apps/shipping/tsconfig.json` */
export const tsconfigFile = `${JSON.stringify({ extends: '@zt/tsconfig/base.json', include: ['src'] }, null, 2)}\n`;

/** `apps/shipping/vitest.config.ts` */
export const vitestFile = "export { vitestConfig as default } from '@zt/tsconfig/vitest';\n";
