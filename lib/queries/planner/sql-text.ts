/** A name in quotes, whatever is in it. */
export const identifier = (name: string): string => `"${name.replaceAll('\0', '').replaceAll('"', '""')}"`;

/** A text in quotes, whatever is in it: in PostgreSQL a backslash is one. */
export const textLiteral = (value: string): string => `'${value.replaceAll('\0', '').replaceAll("'", "''")}'`;
