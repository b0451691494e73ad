import type { Parts } from '@downslope/core';

/** Parts of the rows as they are called when shown. */
export const PART_NAMES = { train: 'training', validation: 'validation', test: 'test' } as const;

/** Names and values of the parts that there are. */
export const presentParts = <T>(parts: Parts<T>): [keyof typeof PART_NAMES, T][] =>
  (['train', 'validation', 'test'] as const).flatMap((part) => {
    const value = parts[part];
    return value === undefined ? [] : [[part, value]];
  });
