import type { FloatType } from '../../tensor/dtype.js';
import type { Func, Local } from '../func.js';
import type { Opcode } from '../opcodes.js';
import { LOAD, STORE } from '../pointers.js';
import { lanesOf } from './lanes.js';

/** What an expression is made of: a local, a number (of the type that its place wants), or code that pushes a value. */
export type Value = Local | number | (() => void);

/** A matrix in memory, read and written in float64 whatever it is kept in; a vector is one of a single row. */
export interface Matrix {
  at(i: Value, j: Value): Value;
  get(i: Value, j: Value): Value;
  set(i: Value, j: Value, value: Value): void;
}

/** Expressions and statements over indices (i32), float64 numbers and matrices, appended to a function. */
export class Code {
  constructor(readonly f: Func) {}

  push(value: Value, type: 'i32' | 'f64'): void {
    if (typeof value === 'function') value();
    else if (typeof value === 'object') this.f.get(value);
    else this.f[type](value);
  }

  /** An instruction on values, of which plain numbers are taken for what its name begins with. */
  op(name: Opcode, ...args: readonly Value[]): Value {
    return () => {
      for (const arg of args) this.push(arg, name.startsWith('f64') ? 'f64' : 'i32');
      this.f.op(name);
    };
  }

  add = (a: Value, b: Value): Value => this.op('f64.add', a, b);
  sub = (a: Value, b: Value): Value => this.op('f64.sub', a, b);
  mul = (a: Value, b: Value): Value => this.op('f64.mul', a, b);
  div = (a: Value, b: Value): Value => this.op('f64.div', a, b);
  neg = (a: Value): Value => this.op('f64.neg', a);
  abs = (a: Value): Value => this.op('f64.abs', a);
  sqrt = (a: Value): Value => this.op('f64.sqrt', a);
  /** The magnitude of `a`, the sign of `b`. */
  signed = (a: Value, b: Value): Value => this.op('f64.copysign', a, b);
  lt = (a: Value, b: Value): Value => this.op('f64.lt', a, b);
  plus = (a: Value, b: Value): Value => this.op('i32.add', a, b);
  minus = (a: Value, b: Value): Value => this.op('i32.sub', a, b);
  times = (a: Value, b: Value): Value => this.op('i32.mul', a, b);

  /** `condition ? a : b` on float64. */
  choose(condition: Value, a: Value, b: Value): Value {
    return () => {
      this.push(a, 'f64');
      this.push(b, 'f64');
      this.push(condition, 'i32');
      this.f.op('select');
    };
  }

  index(value: Value): Local {
    return this.#kept('i32', value);
  }

  real(value: Value): Local {
    return this.#kept('f64', value);
  }

  set(local: Local, value: Value): void {
    this.push(value, local.type as 'i32' | 'f64');
    this.f.set(local);
  }

  if(condition: Value, then: () => void, otherwise?: () => void): void {
    this.push(condition, 'i32');
    this.f.if(then, otherwise);
  }

  while(condition: Value, body: () => void): void {
    this.f.block(() => {
      this.f.loop(() => {
        this.push(this.op('i32.eqz', condition), 'i32');
        this.f.brIf(1);
        body();
        this.f.br(0);
      });
    });
  }

  /** For each index from `from` up to, not including, `to`. */
  up(from: Value, to: Value, body: (i: Local) => void, step = 1): void {
    const i = this.index(from);
    this.while(this.op('i32.lt_s', i, to), () => {
      body(i);
      this.set(i, this.plus(i, step));
    });
  }

  /** The same indices, the last first. */
  down(from: Value, to: Value, body: (i: Local) => void): void {
    const i = this.index(this.minus(to, 1));
    this.while(this.op('i32.ge_s', i, from), () => {
      body(i);
      this.set(i, this.minus(i, 1));
    });
  }

  /** Elements `row` and `column` apart, beginning at `base`. */
  matrix(base: Value, row: number, column = 1, dtype: FloatType = 'float64'): Matrix {
    const { f } = this;
    const { bytes } = lanesOf(dtype);
    const moved = (from: Value, by: Value, step: number): Value =>
      by === 0 ? from : this.plus(from, this.times(by, step * bytes));
    const at = (i: Value, j: Value): Value => moved(moved(base, i, row), j, column);
    return {
      at,
      get: (i, j) => () => {
        this.push(at(i, j), 'i32');
        f.memory(LOAD[dtype]);
        if (dtype === 'float32') f.op('f64.promote_f32');
      },
      set: (i, j, value) => {
        this.push(at(i, j), 'i32');
        this.push(value, 'f64');
        if (dtype === 'float32') f.op('f32.demote_f64');
        f.memory(STORE[dtype]);
      },
    };
  }

  /** Σ x[i]·y[i] over `count` neighbours in float64: even and odd places, then both. */
  dot(x: Value, y: Value, count: Value): Local {
    const { f } = this;
    const pair = f.local('v128');
    const sum = this.real(0);
    f.f64x2(0).set(pair);
    this.#along(count, [x, y], (wide, [p, q]) => {
      if (wide) {
        f.get(pair).get(p!).memory('v128.load').get(q!).memory('v128.load');
        f.op('f64x2.mul').op('f64x2.add').set(pair);
      } else this.set(sum, this.mul(this.#load(p!), this.#load(q!)));
    });
    for (const lane of [0, 1])
      this.set(
        sum,
        this.add(sum, () => f.get(pair).lane('f64x2.extract_lane', lane)),
      );
    return sum;
  }

  /** y ← y + a·x, `count` neighbours in float64. */
  addScaled(y: Value, a: Value, x: Value, count: Value): void {
    const { f } = this;
    const factor = this.real(a);
    this.#along(count, [y, x], (wide, [p, q]) => {
      f.get(p!).get(p!);
      if (wide) {
        f.memory('v128.load').get(q!).memory('v128.load').get(factor).op('f64x2.splat');
        f.op('f64x2.mul').op('f64x2.add').memory('v128.store');
      } else {
        f.memory('f64.load').get(q!).memory('f64.load').get(factor);
        f.op('f64.mul').op('f64.add').memory('f64.store');
      }
    });
  }

  /** (x, y) ← (c·x − s·y, s·x + c·y), `count` neighbours in float64. */
  rotate(x: Value, y: Value, c: Local, s: Local, count: Value): void {
    const { f } = this;
    this.#along(count, [x, y], (wide, [p, q]) => {
      const [type, load, store] = wide
        ? (['f64x2', 'v128.load', 'v128.store'] as const)
        : (['f64', 'f64.load', 'f64.store'] as const);
      const [a, b] = [f.local(wide ? 'v128' : 'f64'), f.local(wide ? 'v128' : 'f64')];
      const scaled = (by: Local, value: Local): void => {
        f.get(by);
        if (wide) f.op('f64x2.splat');
        f.get(value).op(`${type}.mul`);
      };
      f.get(p!).memory(load).set(a).get(q!).memory(load).set(b);
      f.get(p!);
      scaled(c, a);
      scaled(s, b);
      f.op(`${type}.sub`).memory(store).get(q!);
      scaled(s, a);
      scaled(c, b);
      f.op(`${type}.add`).memory(store);
    });
  }

  /** Goes along `count` neighbours of each vector, two at a time; the odd one comes last. */
  #along(count: Value, starts: readonly Value[], body: (wide: boolean, at: readonly Local[]) => void): void {
    const { f } = this;
    const at = starts.map((start) => this.index(start));
    const left = this.index(count);
    this.while(this.op('i32.gt_s', left, 1), () => {
      body(true, at);
      for (const pointer of at) this.set(pointer, this.plus(pointer, 16));
      this.set(left, this.minus(left, 2));
    });
    f.get(left).i32(0).op('i32.gt_s');
    f.if(() => body(false, at));
  }

  #load =
    (at: Local): Value =>
    () =>
      this.f.get(at).memory('f64.load');

  #kept(type: 'i32' | 'f64', value: Value): Local {
    const local = this.f.local(type);
    this.set(local, value);
    return local;
  }
}
