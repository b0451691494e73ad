export { type Random, random } from './random.js';
export { permutation } from './shuffle.js';
export type { BooleanColumn, Column, DateColumn, NumberColumn, Table, TextColumn } from './table.js';
