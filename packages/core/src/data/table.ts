/** Numbers; a missing cell is NaN. ±Infinity may occur in raw data and counts as missing when encoded. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly name: string;
  readonly values: Float64Array;
  /** True when every present value came from an integer type. */
  readonly integer?: boolean;
}

/** Text, dictionary-encoded: `levels[codes[row]]`; a missing cell has code −1. */
export interface TextColumn {
  readonly kind: 'text';
  readonly name: string;
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** 1, 0, or −1 where missing. */
export interface BooleanColumn {
  readonly kind: 'boolean';
  readonly name: string;
  readonly values: Int8Array;
}

/** Milliseconds since 1970-01-01 UTC; a missing cell is NaN. */
export interface DateColumn {
  readonly kind: 'date';
  readonly name: string;
  readonly values: Float64Array;
}

export type Column = NumberColumn | TextColumn | BooleanColumn | DateColumn;

/** Columns of one length, each under a name of its own. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}
