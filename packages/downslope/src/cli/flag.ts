/** `splitColumn` as it is typed: `--split-column`. */
export const flag = (option: string): string =>
  `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
