/** `a 'b c' "d"` as a shell would take it apart, where nothing is substituted. A backslash before a line's end joins lines. */
export function shellWords(line: string): string[] {
  const words = line.replaceAll('\\\n', ' ').match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}
