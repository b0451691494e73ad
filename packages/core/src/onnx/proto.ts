import { crc32c } from '../data/crc32c.js';
import { bytes, type Fields, integer, joined, message, text } from '../data/protobuf.js';
import type { NdArray } from '../tensor/array.js';
import { BYTES, type DType } from '../tensor/dtype.js';
import { sizeOf } from '../tensor/shape.js';

// The messages of an ONNX file, by the field numbers of its schema, onnx.proto3 of ONNX 1.13 (operator set 18).

/** Element types of ONNX: ours, and those of shapes and texts. */
export type Element = DType | 'int64' | 'string';

export const ELEMENTS: Readonly<Record<Element, number>> = {
  float32: 1,
  float16: 10,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float64: 11,
};

export type Attribute = number | string | readonly number[] | readonly string[] | Proto;

/** A message that stands where an attribute does: a graph. */
export interface Proto {
  readonly graph: Fields;
}

// The number of an attribute's type, and the field that holds its value.
const INTEGER = { type: 2, field: 3 };
const TEXT = { type: 3, field: 4 };
const GRAPH = { type: 5, field: 6 };
const INTEGERS = { type: 7, field: 8 };
const TEXTS = { type: 8, field: 9 };

function attribute(name: string, value: Attribute): Fields {
  const of = ({ type, field }: typeof INTEGER, encode: (field: number) => Fields): Fields => [
    text(1, name),
    ...encode(field),
    integer(20, type),
  ];
  if (typeof value === 'number') return of(INTEGER, (field) => [integer(field, value)]);
  if (typeof value === 'string') return of(TEXT, (field) => [text(field, value)]);
  if ('graph' in value) return of(GRAPH, (field) => [message(field, value.graph)]);
  if (value.every((each) => typeof each === 'string'))
    return of(TEXTS, (field) => value.map((each) => text(field, each)));
  return of(INTEGERS, (field) => (value as readonly number[]).map((each) => integer(field, each)));
}

/** A node: an operator, the names of its inputs and results, its attributes. */
export interface Operation {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** The set of operators that it is of, where that is not the main one. */
  readonly domain?: string;
}

const operation = ({ op, inputs, outputs, attributes, domain }: Operation): Fields => [
  ...inputs.map((name) => text(1, name)),
  ...outputs.map((name) => text(2, name)),
  text(3, outputs[0]!),
  text(4, op),
  ...Object.entries(attributes).map(([name, value]) => message(5, attribute(name, value))),
  ...(domain === undefined ? [] : [text(7, domain)]),
];

/** A constant, by name. */
export type Constant =
  | { readonly element: 'string'; readonly shape: readonly number[]; readonly values: readonly string[] }
  | {
      readonly element: 'int64';
      readonly shape: readonly number[];
      readonly values: readonly (number | bigint)[];
    }
  | ({ readonly element: DType } & Pick<NdArray, 'shape' | 'data'>);

const constant = (name: string, value: Constant): Fields => [
  ...value.shape.map((extent) => integer(1, extent)),
  integer(2, ELEMENTS[value.element]),
  text(8, name),
  ...contents(value),
];

function contents(value: Constant): Fields {
  if (value.element === 'string') return value.values.map((each) => text(6, each));
  if (value.element === 'int64')
    return [bytes(9, new Uint8Array(BigInt64Array.from(value.values, BigInt).buffer))];
  if (value.element === 'bool')
    return [
      bytes(
        9,
        Uint8Array.from(value.data, (bit) => Number(bit !== 0)),
      ),
    ];
  const { buffer, byteOffset } = value.data;
  const length = sizeOf(value.shape) * BYTES[value.element];
  return [bytes(9, new Uint8Array(buffer as ArrayBuffer, byteOffset, length))];
}

/** What goes in or comes out: an extent that is known to the reader only is a name. */
export interface Port {
  readonly name: string;
  readonly element: Element;
  readonly shape: readonly (number | string)[];
}

function port({ name, element, shape }: Port): Fields {
  const extents = shape.map((extent) =>
    message(1, [typeof extent === 'number' ? integer(1, extent) : text(2, extent)]),
  );
  return [text(1, name), message(2, [message(1, [integer(1, ELEMENTS[element]), message(2, extents)])])];
}

export interface GraphParts {
  readonly name: string;
  readonly operations: readonly Operation[];
  readonly constants: ReadonlyMap<string, Constant>;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

export const graphProto = ({ name, operations, constants, inputs, outputs }: GraphParts): Fields => [
  ...operations.map((each) => message(1, operation(each))),
  text(2, name),
  ...[...constants].map(([name, value]) => message(5, constant(name, value))),
  ...inputs.map((each) => message(11, port(each))),
  ...outputs.map((each) => message(12, port(each))),
];

/** Versions: of the file's form, of the operators, and of those of classical machine learning, which know texts. */
const FORM = 8;
const OPERATORS = 18;
/** Where a file holds its graph, and notes of whoever wrote it. */
export const GRAPH_FIELD = 7;
export const NOTE_FIELD = 14;
/** Says whether the graph is as we wrote it. */
export const CHECKSUM_NOTE = 'downslope.checksum';

export const ML = { domain: 'ai.onnx.ml', version: 3 };

export function modelProto(parts: GraphParts, notes: Readonly<Record<string, string>>): Fields {
  const ml = parts.operations.some(({ domain }) => domain === ML.domain);
  const graph = joined(graphProto(parts));
  return [
    integer(1, FORM),
    message(8, [text(1, ''), integer(2, OPERATORS)]),
    ...(ml ? [message(8, [text(1, ML.domain), integer(2, ML.version)])] : []),
    text(2, 'downslope'),
    bytes(GRAPH_FIELD, graph),
    ...Object.entries({ ...notes, [CHECKSUM_NOTE]: `${crc32c(graph)}` }).map(([key, value]) =>
      message(NOTE_FIELD, [text(1, key), text(2, value)]),
    ),
  ];
}
