export type { BooleanColumn, Column, DateColumn, NumberColumn, Table, TextColumn } from './table.js';
