/** A document of the repository, as its text. */
declare module '*.md' {
  const text: string;
  export default text;
}
