import type { FitResult } from '../fit.js';

/** A penalty that was tried. */
interface Tried {
  readonly l2: number;
  readonly validationLoss: number;
}

/** A penalty is taken in place of the usual one where the validation loss is lower by more than this share. */
const BETTER = 0.02;

/** The penalty with the lowest validation loss, the first of those that are about alike; and how it compares with the first, in words. */
export async function penaltyOf(
  penalties: readonly number[],
  solve: (l2: number) => Promise<FitResult>,
): Promise<{ readonly l2: number; readonly message?: string }> {
  const tried: Tried[] = [];
  for (const l2 of penalties) {
    const { validationLoss = Number.POSITIVE_INFINITY } = await solve(l2);
    tried.push({ l2, validationLoss });
  }
  const [first] = tried as [Tried];
  const limit = (1 - BETTER) * first.validationLoss;
  const best = tried.reduce(
    (best, each) => (each.validationLoss < Math.min(limit, best.validationLoss) ? each : best),
    first,
  );
  if (best === first) return { l2: first.l2 };
  const brief = (value: number): string => String(Number(value.toPrecision(3)));
  const losses = `${brief(best.validationLoss)}, and ${brief(first.validationLoss)} with ${brief(first.l2)}`;
  return { l2: best.l2, message: `penalty l2 ${brief(best.l2)}, by the validation loss: ${losses}` };
}
