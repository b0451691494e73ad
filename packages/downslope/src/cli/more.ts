/** Options that may be given again add to what was given before. */
export const more = (given: string, before: string | undefined): string =>
  before === undefined ? given : `${before},${given}`;
