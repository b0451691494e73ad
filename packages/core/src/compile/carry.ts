import { BYTES, type DType } from '../tensor/dtype.js';
import type { Node } from '../tensor/graph.js';
import { record } from '../tensor/ops/index.js';
import type { Lane, Reduce } from '../tensor/record.js';
import { LaneEmit, vectorForm } from './lane-emit.js';
import type { Opcode } from './opcodes.js';

export const reduceRule = (node: Node): Reduce => record(node.op) as Reduce;

/** The element type of a reduction's running value. */
export const accumulatorType = (node: Node): DType => reduceRule(node).accumulator(node.dtype);

/** The running value of one reduction along the innermost loop: a scalar, or a vector (two when the type widens). */
export class Carry {
  readonly dtype: DType;
  readonly #lanes: readonly Lane[];

  constructor(
    readonly emit: LaneEmit,
    readonly node: Node,
  ) {
    this.dtype = accumulatorType(node);
    const identity = reduceRule(node).identity(node.dtype);
    this.#lanes = Array.from({ length: this.#halves ? 2 : 1 }, () => fresh(emit, identity, this.dtype));
  }

  /** The scalar that this running value is, at width 1. */
  get scalar(): Lane {
    return this.#lanes[0]!;
  }

  take(value: Lane): void {
    this.#parts(value).forEach((part, i) => {
      this.emit.assign(this.#lanes[i]!, reduceRule(this.node).emit(this.emit, this.#lanes[i]!, part));
    });
  }

  /** In the element type of the reduction's result. */
  result(): Lane {
    const { emit, node } = this;
    if (!this.#halves) return emit.cast(this.scalar, node.dtype);
    const wide = emit.form.vector === 'v256';
    for (const half of this.#lanes)
      emit.push(half).op(wide ? 'f32x4.demote_f64x4' : 'f32x4.demote_f64x2_zero');
    if (wide) emit.f.op('v256.join');
    else emit.f.shuffle([0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]);
    return emit.take(node.dtype);
  }

  /** Folds this vector's lanes, in order, into a scalar running value. */
  foldInto(total: Carry): void {
    const { emit, dtype } = this;
    const count = 16 / BYTES[dtype];
    for (const vector of this.#narrow())
      for (let lane = 0; lane < count; lane++) {
        emit.push(vector).lane(EXTRACT[dtype], lane);
        total.emit.assign(
          total.scalar,
          reduceRule(this.node).emit(total.emit, total.scalar, total.emit.take(dtype)),
        );
      }
  }

  /** In vectors of 128 bits: those of 256 are folded into one, and that half onto half. */
  #narrow(): readonly Lane[] {
    const { emit, dtype } = this;
    if (emit.form.vector === 'v128') return this.#lanes;
    const rule = reduceRule(this.node);
    const whole = this.#lanes.reduce((a, b) => rule.emit(emit, a, b));
    const narrow = new LaneEmit(emit.f, vectorForm(16, BYTES[dtype] === 8 ? 8 : 4), emit.library);
    const [low, high] = (['v256.low', 'v256.high'] as const).map((half) => {
      emit.push(whole).op(half);
      return narrow.take(dtype);
    });
    return [rule.emit(narrow, low!, high!)];
  }

  get #halves(): boolean {
    return this.emit.isVector && this.dtype !== this.node.dtype;
  }

  #parts(value: Lane): readonly Lane[] {
    if (!this.#halves) return [this.emit.cast(value, this.dtype)];
    return halves(this.emit, value);
  }
}

/** A float32 vector as two float64 ones. */
export function halves(emit: LaneEmit, value: Lane): readonly [Lane, Lane] {
  if (emit.form.vector === 'v256') {
    emit.push(value).op('v256.low').op('f64x4.promote_f32x4');
    const low = emit.take('float64');
    emit.push(value).op('v256.high').op('f64x4.promote_f32x4');
    return [low, emit.take('float64')];
  }
  emit.push(value).op('f64x2.promote_low_f32x4');
  const low = emit.take('float64');
  emit.push(value, value).shuffle([8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]);
  emit.f.op('f64x2.promote_low_f32x4');
  return [low, emit.take('float64')];
}

/** A lane of its own, not shared as constants are. */
function fresh(emit: LaneEmit, value: number, dtype: DType): Lane {
  emit.push(emit.constant(value, dtype));
  return emit.take(dtype);
}

const EXTRACT: Record<DType, Opcode> = {
  float32: 'f32x4.extract_lane',
  float64: 'f64x2.extract_lane',
  int32: 'i32x4.extract_lane',
  bool: 'i32x4.extract_lane',
  float16: 'f32x4.extract_lane',
};
