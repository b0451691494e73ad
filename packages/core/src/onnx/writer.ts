import type { NdArray } from '../tensor/array.js';
import { allocate, type DType } from '../tensor/dtype.js';
import { type Attribute, type Constant, ELEMENTS, type Element, ML, type Operation } from './proto.js';
import { type Extent, isFixed } from './twin.js';

type Attributes = Readonly<Record<string, Attribute>>;

/** What all graphs of one file share. */
interface File {
  readonly names: Set<string>;
  readonly constants: Map<string, Constant>;
  /** Small constants and computed extents that are there already. */
  readonly known: Map<string, string>;
  /** The operations of the outermost graph. */
  readonly outermost: Operation[];
  /** The input whose first extent is the number of rows. */
  counted?: string;
}

/**
 * A graph that is being written: operations in order, whose results have names. Constants and the names of all graphs
 * around may be used in a graph within.
 */
export class Writer {
  readonly operations: Operation[];
  readonly #file: File;

  constructor(around?: Writer) {
    this.operations = [];
    this.#file = around
      ? around.#file
      : { names: new Set(), constants: new Map(), known: new Map(), outermost: this.operations };
  }

  get constants(): ReadonlyMap<string, Constant> {
    return this.#file.constants;
  }

  /** A name that is not taken yet, as near to the wanted one as may be; it is taken now. */
  name(wanted: string): string {
    let name = wanted;
    for (let i = 1; this.#file.names.has(name); i++) name = `${wanted}_${i}`;
    this.#file.names.add(name);
    return name;
  }

  /** Says which input tells the number of rows. */
  rowsOf(input: string): void {
    this.#file.counted = input;
  }

  /** Adds an operation with one result. */
  add(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.results(op, inputs, 1, attributes)[0]!;
  }

  /** Adds an operation with several results. */
  results(op: string, inputs: readonly string[], count: number, attributes: Attributes = {}): string[] {
    const outputs = Array.from({ length: count }, () => this.name(op.toLowerCase()));
    this.operations.push({ op, inputs, outputs, attributes });
    return outputs;
  }

  /** Adds an operation of the set for classical machine learning. */
  addMl(op: string, inputs: readonly string[], attributes: Attributes): string {
    const output = this.name(op.toLowerCase());
    this.operations.push({ op, inputs, outputs: [output], attributes, domain: ML.domain });
    return output;
  }

  /** Gives a value a further name, one that has been taken for it. */
  call(value: string, name: string): void {
    this.operations.push({ op: 'Identity', inputs: [value], outputs: [name], attributes: {} });
  }

  /** A constant array: under a name that is wanted, or a number that may be there already. */
  constant({ data, shape, dtype }: NdArray, wanted = 'constant'): string {
    const make = () => this.#constant({ element: dtype, shape, data }, wanted);
    return shape.length > 0
      ? make()
      : this.#once(`${dtype} ${Object.is(data[0], -0) ? '-0' : data[0]}`, make);
  }

  /** A number of the given element type. */
  scalar(value: number, dtype: DType): string {
    return this.constant({ data: allocate(dtype, 1).fill(value), shape: [], dtype });
  }

  /** A list of int64, as operators take axes and places. */
  list(values: readonly (number | bigint)[], shape: readonly number[] = [values.length]): string {
    return this.#once(`int64[${shape}] ${values}`, () =>
      this.#constant({ element: 'int64', shape, values }, 'list'),
    );
  }

  texts(values: readonly string[]): string {
    return this.#constant({ element: 'string', shape: [values.length], values }, 'texts');
  }

  cast(x: string, to: Element): string {
    return this.add('Cast', [x], { to: ELEMENTS[to] });
  }

  /** A list of extents, worked out where they depend on the number of rows. */
  extents(extents: readonly Extent[]): string {
    if (extents.every(isFixed)) return this.list(extents);
    if (extents.length === 1) return this.#computed(extents[0]!);
    return this.#outside(`extents ${JSON.stringify(extents)}`, (add) => {
      const parts = extents.map((extent) => (isFixed(extent) ? this.list([extent]) : this.#computed(extent)));
      return add('Concat', parts, { axis: 0 });
    });
  }

  #computed(extent: Extent): string {
    if (isFixed(extent)) return this.list([extent]);
    return this.#outside(`extent ${extent.per} ${extent.plus}`, (add) => {
      const rows = this.#outside('rows', (count) =>
        count('Shape', [this.#file.counted!], { start: 0, end: 1 }),
      );
      const product = extent.per === 1 ? rows : add('Mul', [rows, this.list([extent.per])]);
      return extent.plus === 0 ? product : add('Add', [product, this.list([extent.plus])]);
    });
  }

  /** Works something out once, in the outermost graph. */
  #outside(key: string, make: (add: Writer['add']) => string): string {
    const add: Writer['add'] = (op, inputs, attributes = {}) => {
      const output = this.name(op.toLowerCase());
      this.#file.outermost.push({ op, inputs, outputs: [output], attributes });
      return output;
    };
    return this.#once(key, () => make(add));
  }

  #constant(value: Constant, wanted: string): string {
    const name = this.name(wanted);
    this.#file.constants.set(name, value);
    return name;
  }

  #once(key: string, make: () => string): string {
    const { known } = this.#file;
    const found = known.get(key) ?? make();
    known.set(key, found);
    return found;
  }
}
