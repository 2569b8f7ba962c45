import type { ServicePlan } from '../service-plan.ts';

/** `apps/shipping/src/shipping-store.ts` */
export function storeFile({ names }: ServicePlan): string {
  const { name, pascal, camel, snake, table, words } = names;
  return `import type { Database } from '@zt/kit/vault';
import type { ${pascal} } from './${name}.ts';

/** Every ${words} in SQL. Logins may do what the access graph grants on the table, and nothing else. */
export interface ${pascal}Store {
  /** Keeps a new one, or gives the one that this user has under this id already. */
  add(${camel}: ${pascal}): Promise<${pascal}>;
  /** Null where the user has none. */
  find(id: string, userId: string): Promise<${pascal} | null>;
}

export function create${pascal}Store(database: Database): ${pascal}Store {
  async function find(id: string, userId: string): Promise<${pascal} | null> {
    const [row] = await database.query<Row>(
      'select ${snake}_id, user_id, created_at from ${table} where user_id = $1 and ${snake}_id = $2',
      [userId, id],
    );
    return row === undefined ? null : { id: row.${snake}_id, userId: row.user_id, createdAt: row.created_at };
  }

  return {
    find,
    add: async ({ id, userId, createdAt }) => {
      await database.query(
        'insert into ${table} (${snake}_id, user_id, created_at) values ($1, $2, $3) on conflict do nothing',
        [id, userId, createdAt],
      );
      const first = await find(id, userId);
      if (first === null) throw new Error('what was kept is gone');
      return first;
    },
  };
}

interface Row {
  readonly ${snake}_id: string;
  readonly user_id: string;
  readonly created_at: Date;
}
`;
}
