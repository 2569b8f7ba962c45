/** An answer that says no, in Vault's own words: `{"errors":[…]}`. No word of it holds a secret. */
export class VaultRefusal extends Error {
  override readonly name = 'VaultRefusal';
  readonly status: number;
  readonly errors: readonly string[];

  constructor(status: number, ...errors: string[]) {
    super(errors.join('; '));
    this.status = status;
    this.errors = errors;
  }
}

/** How Vault words what its core refuses, unlike what an engine does: a list in one string. */
export function coreRefusal(status: number, ...reasons: string[]): VaultRefusal {
  return new VaultRefusal(status, listed(...reasons));
}

export function listed(...reasons: string[]): string {
  const head = reasons.length === 1 ? '1 error' : `${reasons.length} errors`;
  return `${head} occurred:\n${reasons.map((reason) => `\t* ${reason}\n`).join('')}\n`;
}

export const permissionDenied = (): VaultRefusal => coreRefusal(403, 'permission denied');
export const nothingThere = (): VaultRefusal => new VaultRefusal(404);
export const unsupportedPath = (): VaultRefusal => coreRefusal(404, 'unsupported path');
