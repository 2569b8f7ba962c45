import { cruise, type IFlattenedRuleSet } from 'dependency-cruiser';

export interface Violation {
  readonly file: string;
  /** As the file spells it. */
  readonly imported: string;
  readonly rule: string;
}

export interface DirectionReport {
  readonly filesRead: number;
  readonly importsRead: number;
  readonly violations: readonly Violation[];
}

/**
 * Reads every import below the folders, those of types and the dynamic ones too, and holds them against the rules.
 * Paths in rules and in the result are relative to the root.
 */
export async function findViolations(
  root: string,
  folders: readonly string[],
  rules: IFlattenedRuleSet,
): Promise<DirectionReport> {
  const { output } = await cruise(
    [...folders],
    {
      baseDir: root,
      ruleSet: rules,
      validate: true,
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: '(^|/)(coverage|\\.turbo)/' },
    },
    { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  );
  if (typeof output === 'string') throw new TypeError('dependency-cruiser returned a text instead of a result');
  return {
    filesRead: output.summary.totalCruised,
    importsRead: output.summary.totalDependenciesCruised ?? 0,
    violations: output.summary.violations.map((violation) => ({
      file: violation.from,
      imported: violation.unresolvedTo ?? violation.to,
      rule: violation.rule.name,
    })),
  };
}
