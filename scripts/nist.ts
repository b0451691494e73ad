// Solves NIST's certified nonlinear least-squares problems (StRD) from both starts:
//   npx tsx --conditions=source scripts/nist.ts FOLDER
// where FOLDER holds the .dat files of https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml. A solve counts when every
// parameter has six certified digits.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leastSquares, type Tensor } from '@downslope/core';

type Model = (b: Tensor[], x: Float64Array, x2: Float64Array) => Tensor;

const misra: Model = ([b1, b2], x) => b2!.mul(x).neg().exp().sub(1).neg().mul(b1!);
const chwirut: Model = ([b1, b2, b3], x) => b1!.mul(x).neg().exp().div(b3!.mul(x).add(b2!));
const bell = (height: Tensor, middle: Tensor, width: Tensor, x: Float64Array): Tensor =>
  middle.sub(x).div(width).square().neg().exp().mul(height);
const gauss: Model = ([b1, b2, b3, b4, b5, b6, b7, b8], x) =>
  b2!
    .mul(x)
    .neg()
    .exp()
    .mul(b1!)
    .add(bell(b3!, b4!, b5!, x))
    .add(bell(b6!, b7!, b8!, x));
const lanczos: Model = (b, x) =>
  [0, 2, 4].map((i) => b[i + 1]!.mul(x).neg().exp().mul(b[i]!)).reduce((sum, part) => sum.add(part));
/** Horner's scheme, the constant first. */
const polynomial = (c: readonly Tensor[], x: Float64Array): Tensor =>
  c.reduceRight((sum, next) => sum.mul(x).add(next));
const ratio = (above: Tensor[], below: Tensor[], x: Float64Array): Tensor =>
  polynomial(above, x).div(polynomial(below, x).mul(x).add(1));
const cubics: Model = (b, x) => ratio(b.slice(0, 4), b.slice(4), x);
const wave = (cos: Tensor, sin: Tensor, period: Tensor, x: Float64Array): Tensor => {
  const angle = period
    .like(x)
    .mul(2 * Math.PI)
    .div(period);
  return angle.cos().mul(cos).add(angle.sin().mul(sin));
};

const MODELS: Record<string, Model> = {
  Bennett5: ([b1, b2, b3], x) => b2!.add(x).pow(b3!.reciprocal().neg()).mul(b1!),
  BoxBOD: misra,
  Chwirut1: chwirut,
  Chwirut2: chwirut,
  DanWood: ([b1, b2], x) => b2!.like(x).pow(b2!).mul(b1!),
  ENSO: ([b1, b2, b3, b4, b5, b6, b7, b8, b9], x) =>
    wave(b2!, b3!, b1!.like(12), x)
      .add(wave(b5!, b6!, b4!, x))
      .add(wave(b8!, b9!, b7!, x))
      .add(b1!),
  Eckerle4: ([b1, b2, b3], x) => b3!.sub(x).div(b2!).square().mul(-0.5).exp().mul(b1!.div(b2!)),
  Gauss1: gauss,
  Gauss2: gauss,
  Gauss3: gauss,
  Hahn1: cubics,
  Kirby2: (b, x) => ratio(b.slice(0, 3), b.slice(3), x),
  Lanczos1: lanczos,
  Lanczos2: lanczos,
  Lanczos3: lanczos,
  MGH09: ([b1, b2, b3, b4], x) => b2!.add(x).mul(x).mul(b1!).div(b3!.add(x).mul(x).add(b4!)),
  MGH10: ([b1, b2, b3], x) => b2!.div(b3!.add(x)).exp().mul(b1!),
  MGH17: ([b1, b2, b3, b4, b5], x) =>
    b4!.mul(x).neg().exp().mul(b2!).add(b5!.mul(x).neg().exp().mul(b3!)).add(b1!),
  Misra1a: misra,
  Misra1b: ([b1, b2], x) => b2!.mul(x).div(2).add(1).pow(-2).sub(1).neg().mul(b1!),
  Misra1c: ([b1, b2], x) => b2!.mul(x).mul(2).add(1).pow(-0.5).sub(1).neg().mul(b1!),
  Misra1d: ([b1, b2], x) => b2!.mul(x).mul(b1!).div(b2!.mul(x).add(1)),
  Nelson: ([b1, b2, b3], x, x2) => b3!.mul(x2).neg().exp().mul(b2!).mul(x).sub(b1!).neg(),
  Rat42: ([b1, b2, b3], x) => b1!.div(b3!.mul(x).sub(b2!).neg().exp().add(1)),
  Rat43: ([b1, b2, b3, b4], x) => b1!.div(b3!.mul(x).sub(b2!).neg().exp().add(1).pow(b4!.reciprocal())),
  Roszman1: ([b1, b2, b3, b4], x) =>
    b3!.div(b4!.sub(x).neg()).atan().div(Math.PI).add(b2!.mul(x)).sub(b1!).neg(),
  Thurber: cubics,
};

interface Problem {
  readonly starts: readonly number[][];
  readonly certified: readonly number[];
  /** y, x and, for Nelson, a second x. */
  readonly columns: readonly Float64Array[];
}

function read(file: string): Problem {
  const lines = readFileSync(file, 'utf8').split(/\r?\n/);
  const numbers = (line: string): number[] => line.trim().split(/\s+/).map(Number);
  const rows = lines.filter((line) => /^\s*b\d+\s*=/.test(line)).map((line) => numbers(line.split('=')[1]!));
  const from = lines.findLastIndex((line) => line.startsWith('Data:')) + 1;
  const data = lines
    .slice(from)
    .filter((line) => line.trim() !== '')
    .map(numbers);
  return {
    starts: [0, 1].map((k) => rows.map((row) => row[k]!)),
    certified: rows.map((row) => row[2]!),
    columns: data[0]!.map((_, k) => Float64Array.from(data, (row) => row[k]!)),
  };
}

const folder = process.argv[2];
if (!folder) throw new Error('give the folder that holds the .dat files');
let solved = 0;
let solves = 0;
for (const file of readdirSync(folder).filter((file) => file.endsWith('.dat'))) {
  const name = file.slice(0, -4);
  const { starts, certified, columns } = read(join(folder, file));
  const [y, x, x2] = columns as [Float64Array, Float64Array, Float64Array];
  const goal = name === 'Nelson' ? y.map(Math.log) : y;
  const model = MODELS[name];
  if (!model) throw new Error(`no model for ${name}`);
  starts.forEach((start, k) => {
    const { best, status, evaluations } = leastSquares(
      (b: Record<string, Tensor>) => model(Object.values(b), x, x2).sub(goal),
      tree(start),
    );
    const got = Object.values(best.x) as number[];
    const error = Math.max(...got.map((b, i) => Math.abs(b / certified[i]! - 1)));
    const digits = Math.min(11, -Math.log10(error));
    solves++;
    if (digits >= 6) solved++;
    console.log(
      `${name.padEnd(9)} start ${k + 1}: ${digits.toFixed(1).padStart(5)} digits, ${evaluations} evaluations, ${status}`,
    );
  });
}
console.log(`${solved} of ${solves} solves have six digits`);

/** Parameters as separate numbers by name: lists of numbers are one array. */
function tree(start: readonly number[]): Record<string, number> {
  return Object.fromEntries(start.map((b, i) => [i, b]));
}
