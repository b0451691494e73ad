/**
 * The axes over which one unit's weights lie: all but the outputs, which are last in a matrix [inputs, outputs] and first
 * in a kernel [outputs, inputs, …].
 */
export const fanIn = (rank: number): number[] => {
  const outputs = rank === 2 ? 1 : rank > 2 ? 0 : -1;
  return Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== outputs);
};
