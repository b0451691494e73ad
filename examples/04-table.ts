// From a table to a model in code: which cars go far on a gallon? The model is saved, loaded and asked again.
import { readFileSync } from 'node:fs';
import { loadTableModel, tableFrom, trainTable } from '@downslope/core';

const cars = tableFrom(JSON.parse(readFileSync('examples/data/cars.json', 'utf8')));
const run = trainTable(cars, { target: 'Miles_per_Gallon', exclude: ['Name'], dates: 'year', seed: 1 });
for await (const event of run) if (event.kind === 'trained') console.log(event.model, '→', event.message);

const { model, metrics, comparison, trained } = await run.result;
console.log(comparison?.message);
console.log(
  `${model}: R² ${metrics.test && 'r2' in metrics.test ? metrics.test.r2.toFixed(3) : '–'} on rows it has never seen`,
);

const again = loadTableModel(trained.files());
const car = {
  Cylinders: 4,
  Displacement: 97,
  Horsepower: 67,
  Weight_in_lbs: 1985,
  Acceleration: 16.4,
  Year: '1977-01-01',
  Origin: 'Japan',
};
const [mpg] = again.predict([car]);
console.log('a small Japanese car of 1977:', mpg, 'miles per gallon');
if (!(Number(mpg) > 25 && Number(mpg) < 40))
  throw new Error('a small car ought to go 25 to 40 miles on a gallon');
