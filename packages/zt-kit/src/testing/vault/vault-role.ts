/** A role, by its name and what would be written to Vault for it. */
export interface VaultRole {
  readonly name: string;
  readonly body: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}
