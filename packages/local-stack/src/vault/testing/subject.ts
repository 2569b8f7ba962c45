import type { Conversation } from './conversation.ts';
import type { AskedVault, TwoVaults } from './two-vaults.ts';

/** What is talked about with a Vault, and how; the same with each. */
export interface Subject {
  readonly about: string;
  talk(conversation: Conversation, vault: AskedVault, world: TwoVaults): Promise<void>;
}
