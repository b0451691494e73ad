import { grad } from '../../../autodiff/grad.js';
import { compile } from '../../../compile/compile.js';
import type { NdArray } from '../../../tensor/array.js';
import type { Tensor } from '../../../tensor/tensor.js';
import type { LossFunction } from '../loss.js';

type Numbers = readonly number[] | readonly (readonly number[])[] | NdArray;

/** The loss of each row. */
export const valuesOf = (loss: LossFunction, prediction: Numbers, target: Numbers): NdArray =>
  compile(loss)(prediction, target);

/** The gradient of their sum in the predictions. */
export const slopesOf = (loss: LossFunction, prediction: Numbers, target: Numbers): NdArray =>
  compile(grad((z: Tensor, y: Tensor) => loss(z, y).sum()))(prediction, target);
