/** A name in SQL, quoted (PostgreSQL, section 4.1.1). */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text in SQL, quoted (PostgreSQL, section 4.1.2.1). */
export function quoteText(text: string): string {
  if (text.includes('\\')) throw new TypeError('a text with a backslash is read differently by different settings');
  return `'${text.replaceAll("'", "''")}'`;
}
