/** A text as a shell takes it for one word. */
export const shellWord = (text: string): string =>
  /^[\p{L}\p{N}_./:=@%+,-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** Words as a command that a shell reads back as they are. */
export const shellCommand = (words: readonly string[]): string => words.map(shellWord).join(' ');
