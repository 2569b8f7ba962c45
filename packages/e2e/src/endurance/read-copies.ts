import { operatorAccessOf, withOperatorClient } from '../operator-client.ts';
import type { StackDescription } from '../stack-description.ts';

/** What one copy of a service decided on, by the ledger: a copy has a spool of its own. */
export interface CopyCalls {
  readonly service: string;
  readonly spool: string;
  /** Calls that it allowed. */
  readonly calls: number;
  /** Of the certificates that it served with. Copies beside one SPIRE agent are given the same ones. */
  readonly serials: readonly string[];
  /** Its database logins, which are nobody else's. */
  readonly logins: readonly string[];
}

/** The calls that each copy of each service took from a time on, by the clock of the database. */
export async function readCopies(
  stack: Pick<StackDescription, 'socketDirectory' | 'addresses'>,
  since: string,
): Promise<CopyCalls[]> {
  return await withOperatorClient(operatorAccessOf(stack), 'audit', async (client) => {
    const { rows } = await client.query<Omit<CopyCalls, 'service'> & { readonly writer: string }>(
      `select writer, spool, count(*)::int as calls,
              array_remove(array_agg(distinct record -> 'serviceCertificate' ->> 'serialNumber'), null) as serials,
              array_remove(array_agg(distinct record -> 'database' ->> 'login'), null) as logins
         from (select writer, spool, convert_from(line, 'UTF8')::json as record
                 from decisions where received_at >= $1 and allowed and method <> '') as each
        group by writer, spool order by writer, calls desc`,
      [since],
    );
    return rows.map(({ writer, ...rest }) => ({ service: writer.slice(writer.lastIndexOf('/') + 1), ...rest }));
  });
}
