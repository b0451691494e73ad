/** One of something for each part of the rows; a part without rows has none. */
export interface Parts<T> {
  readonly train: T;
  readonly validation?: T;
  readonly test?: T;
}

/** How far predictions of a quantity are off, in the target's units. */
export interface QuantityScores {
  readonly rmse: number;
  readonly mae: number;
  /** 1 is perfect, 0 is no better than the mean of the part. */
  readonly r2: number;
}

/** How good predictions of classes are. */
export interface ClassScores {
  readonly accuracy: number;
  /** In nats. */
  readonly logLoss: number;
  /** Of two classes, where both occur. */
  readonly auc?: number;
  readonly macroF1: number;
  /** `confusion[actual][predicted]`: how many rows. */
  readonly confusion: readonly (readonly number[])[];
}

export type Scores = QuantityScores | ClassScores;
