export { hashPassword } from './password-hash.ts';
export { type NewUsers, parseNewUsers, seedUsersSql } from './seed-users-sql.ts';
