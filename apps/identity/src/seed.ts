import { text } from 'node:stream/consumers';
import { parseNewUsers, seedUsersSql } from './users/seed-users-sql.ts';

// `{ "alice": { "password": "…", "roles": [] } }` in, SQL for the tables' owner out: passwords stay out of arguments and files.
process.stdout.write(await seedUsersSql(parseNewUsers(await text(process.stdin))));
