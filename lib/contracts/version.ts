/** The package's version: equal to the one in `package.json`, which bundled code cannot read; a test holds them together. */
export const version = '0.1.0';
