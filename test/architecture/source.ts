import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  path: string;
  text: string;
  lines: number;
  imports: Import[];
}

/** `to`: a path from the repository's root where the import is relative, else a module's name. */
export interface Import {
  from: string;
  to: string;
  relative: boolean;
  typesOnly: boolean;
}

/** Comments, so that an import that is only spoken of is not taken for one. A string may hold `//`, an import's line may not. */
const comments = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const statements = /^\s*(?:import|export)\s+(?<types>type\s)?(?:[\w*{}\s,$]+?\sfrom\s*)?['"](?<module>[^'"\n]+)['"]/gm;
const dynamic = /\bimport\(\s*['"](?<module>[^'"\n]+)['"]\s*\)/g;

/** What a file imports, by `import`, `export ... from` and `import(...)`. */
export function importsOf(path: string, text: string): Import[] {
  const code = text.replaceAll(comments, '');
  return [...code.matchAll(statements), ...code.matchAll(dynamic)].map(({ groups }) => {
    const module = groups?.module ?? '';
    const isRelative = module.startsWith('.');
    const to = isRelative ? join(dirname(path), module) : module;
    return { from: path, to, relative: isRelative, typesOnly: groups?.types !== undefined };
  });
}

const sources = ['bin', 'lib', 'functions', 'layers', 'test'];

export function sourceFiles(folders: readonly string[] = sources): SourceFile[] {
  return folders
    .flatMap((folder) => filesUnder(join(root, folder)))
    .map((file) => {
      const path = relative(root, file);
      const text = readFileSync(file, 'utf8');
      return { path, text, lines: text.trimEnd().split('\n').length, imports: importsOf(path, text) };
    });
}

function filesUnder(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesUnder(path);
      return /\.tsx?$/.test(entry.name) ? [path] : [];
    });
  } catch {
    return [];
  }
}
