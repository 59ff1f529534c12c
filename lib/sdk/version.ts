/** The package's version: equal to the one in `package.json`, which a bundled SDK cannot read. */
export const version = '0.1.0';
