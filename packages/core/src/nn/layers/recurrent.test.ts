import { describe, expect, it } from 'vitest';
import { checkGrads } from '../../autodiff/check-grads.js';
import { grad } from '../../autodiff/grad.js';
import { compile } from '../../compile/compile.js';
import type { Tensor } from '../../tensor/tensor.js';
import { gru } from './gru.js';
import { lstm } from './lstm.js';
import type { RecurrentParams } from './recurrent.js';
import { spread } from './testing/spread.js';

// From PyTorch 2.13 in float64: torch.nn.GRU(4, 3, batch_first=True) and LSTM likewise, with weight_ih_l0 = wᵀ, weight_hh_l0 =
// uᵀ, bias_ih_l0 = b, bias_hh_l0 = d (zeros for the LSTM), and the gradients of Σ y·spread([2, 5, 3], 2).
const TORCH = {
  gru: {
    y: [
      -0.00147787953667, 0.151625995201, -0.530830605278, -0.726360279616, 0.345930351505, -0.380128199195,
      -0.395822516811, 0.31226294519, -0.208447642923, -0.321241042903, 0.334256749272, 0.264094219173,
      -0.250525270925, 0.390318352535, -0.395010185213, 0.565873390122, 0.166351136038, -0.634679985661,
      0.683600532794, 0.260629176886, -0.692521332166, -0.847065902591, 0.237689305044, -0.0514080286647,
      0.0424671923612, 0.19629831467, 0.0618687713613, 0.749274047933, 0.265583363905, -0.706182067568,
    ],
    x: [
      0.0162042269683, -0.0116815433157, 0.0208571468836, -0.0379914003571, -0.483779247855, 0.606090900278,
    ],
    u: [0.0576094376393, 0.018145581808, -0.172646905995, 0.0475315788605, 0.00698760059665, 0.128961395921],
    b: [-0.0227327967312, 0.068935614167, 0.389354390259, -0.277057113347, -0.217126821237, -0.415478801486],
  },
  lstm: {
    y: [
      -0.510779348221, 0.268955670972, -0.165935352686, -0.299092070184, 0.279919213947, -0.0351210722021,
      -0.0502280632325, 0.081598651649, 0.0351264744332, 0.00145807274894, 0.219833840179, -0.121904905829,
      -0.502738280338, 0.438906964438, -0.138365877998, -0.0798005945661, 0.132826558914, -0.12814865722,
      -0.584630116795, 0.0968833895501, 0.10237582829, -0.0254155737533, 0.00739763820802, 0.120800625856,
      -0.0406601525565, 0.0273797275707, 0.113426708873, -0.27158031509, 0.0447297624381, 0.0825188913432,
    ],
    x: [-0.0503418357053, 0.0573699021441, 0.15643066741, -0.0883459939611, -0.18086252255, -0.290398325642],
    u: [
      -0.01692262033, -0.00993559905397, -0.033740829222, -0.00470482209609, -0.0206107250268,
      0.0255276098272,
    ],
    b: [0.0039521655514, 0.102820311377, 0.111344376071, 0.00301568948824, 0.0354322338269, -0.0543422614178],
  },
};

const KINDS = [
  { name: 'gru', make: gru, gates: 3, bias: true },
  { name: 'lstm', make: lstm, gates: 4, bias: false },
] as const;

describe.each(KINDS)('$name', ({ name, make, gates, bias }) => {
  const size = { inputs: 4, hidden: 3 };
  const all = make({ ...size, output: 'all' });
  const recurrent = { w: spread([3, 3 * gates], 6) };
  const params = {
    input: { w: spread([4, 3 * gates], 5), b: spread([3 * gates], 7) },
    recurrent: bias ? { ...recurrent, b: spread([3 * gates], 8) } : recurrent,
  };
  const x = spread([2, 5, 4], 1);

  it('agrees with PyTorch 2.13 in float64, and so do its gradients', () => {
    const y = compile(all.apply)(params, x);
    expect(y.shape).toEqual([2, 5, 3]);
    const loss = (args: { p: RecurrentParams; x: Tensor }): Tensor =>
      all
        .apply(args.p, args.x)
        .mul(spread([2, 5, 3], 2))
        .sum();
    const bars = grad(loss)({ p: params, x });
    const got = { y, x: bars.x, u: bars.p.recurrent.w, b: bars.p.input.b };
    for (const [key, expected] of Object.entries(TORCH[name]))
      expected.forEach((value, i) => {
        expect(got[key as keyof typeof got].data[i], `${key}[${i}]`).toBeCloseTo(value, 10);
      });
  });

  it('gives the last state unless told to give all', () => {
    const last = compile(make(size).apply)(params, x);
    const every = compile(all.apply)(params, x).data;
    expect(last.shape).toEqual([2, 3]);
    expect([...last.data]).toEqual([...every.slice(12, 15), ...every.slice(27)]);
  });

  it('has the derivatives that its differences say', () => {
    const small = make({ inputs: 2, hidden: 2, residuals: 'recompute' });
    const start = small.init({ seed: 1, dtype: 'float64' });
    checkGrads((p: RecurrentParams, x: Tensor) => small.apply(p, x), [start, spread([2, 3, 2], 1)]);
  });

  it('refuses what does not fit', () => {
    expect(() => make({ inputs: 4, hidden: 0 })).toThrow('hidden must be a positive integer, got 0');
    expect(() => make({ ...size, output: 'first' as 'last' })).toThrow(
      `${name}: output must be 'last' or 'all', got first`,
    );
    expect(() => compile(all.apply)(params, [[1, 2, 3, 4]])).toThrow(
      `${name}: made for x of shape [rows, time, 4], got [1,4]`,
    );
  });
});

it('an lstm starts with a forget gate that keeps', () => {
  const { b } = lstm({ inputs: 1, hidden: 2 }).init({ seed: 0, dtype: 'float32' }).input;
  expect([...b.data]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
});
