/**
 * The address of a module beside the calling one, with the caller's own extension: a worker or child process is loaded
 * by file, and that file is `.ts` in the repository and `.js` once built.
 *
 * @param importMetaUrl the caller's `import.meta.url`
 * @param name the file's name without its extension
 */
export function siblingModule(importMetaUrl: string, name: string): URL {
  return new URL(`./${name}${importMetaUrl.endsWith('.ts') ? '.ts' : '.js'}`, importMetaUrl);
}
