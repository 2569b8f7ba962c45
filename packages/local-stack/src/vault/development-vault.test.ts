import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPrograms } from '../programs/testing/describe-with-programs.ts';
import { createConversation, type Exchange, shapeOf } from './testing/conversation.ts';
import { subjects } from './testing/subjects.ts';
import { type AskedVault, startTwoVaults, type TwoVaults } from './testing/two-vaults.ts';

await describeWithPrograms('the development Vault answers as Vault does', ['vault'], ({ vault }) => comparisons(vault));

function comparisons(program: string): void {
  let vaults: TwoVaults;

  beforeAll(async () => {
    vaults = await startTwoVaults(program);
  }, 120_000);

  afterAll(() => vaults?.close());

  async function talkWith(vault: AskedVault, about: string): Promise<readonly Exchange[]> {
    const conversation = createConversation(vault, vaults.identities);
    await subjects.find((subject) => subject.about === about)?.talk(conversation, vault, vaults);
    return conversation.exchanges;
  }

  test.each(subjects.map(({ about }) => about))(
    'about %s',
    async (about) => {
      const [real, development] = await Promise.all(
        [vaults.real, vaults.development].map((each) => talkWith(each, about)),
      );
      expect(real?.length).toBeGreaterThan(5);
      expect(development).toEqual(real);
    },
    60_000,
  );

  test('in what it writes down, as far as it goes', async () => {
    const [real, development] = await Promise.all([vaults.real, vaults.development].map(recordsOf));
    const kinds = ['auth/cert/login', 'database/creds/order', 'kv/data/payment/card-network', 'sys/leases/revoke'];
    for (const kind of kinds) {
      const written = development?.get(kind) ?? [];
      expect(written.length, kind).toBeGreaterThan(3);
      const unlike = written.filter((record) => !real?.get(kind)?.some((other) => isPartOf(record, other)));
      expect(unlike, kind).toEqual([]);
    }
  });
}

/** The kinds of records there are, by the path that was asked for. */
async function recordsOf({ auditFile }: AskedVault): Promise<Map<string, unknown[]>> {
  const lines = (await readFile(auditFile, 'utf8')).trim().split('\n');
  const records = new Map<string, unknown[]>();
  for (const line of lines) {
    const record = JSON.parse(line);
    const { path } = record.request;
    records.set(path, [...(records.get(path) ?? []), shapeOf(record)]);
  }
  return records;
}

/** Whether the other has all that this one has, field by field. */
function isPartOf(record: unknown, other: unknown): boolean {
  if (typeof record !== 'object' || record === null) return record === other;
  if (typeof other !== 'object' || other === null) return false;
  const fields = new Map(Object.entries(other));
  return Object.entries(record).every(([name, value]) => isPartOf(value, fields.get(name)));
}
