import { describe, expect, it } from 'vitest';
import { checked, trainSchema } from './options.js';

const train = (given: Record<string, unknown>) => checked(trainSchema, { target: 'y', ...given });
const refusal = (given: Record<string, unknown>): string => {
  try {
    train(given);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was refused';
};

describe('the options of train', () => {
  it('are read from their text', () => {
    const given = {
      features: 'a, b ,"c, d"',
      validation: '0.2',
      test: 'held out.csv',
      hidden: '64,32',
      batch: '32',
      l2: '1/1461',
      lr: '1e-3',
      seed: '0',
      dtype: 'float64',
      splitColumn: 'part',
    };
    expect(train(given)).toEqual({
      target: 'y',
      features: ['a', 'b', 'c, d'],
      validation: 0.2,
      test: 'held out.csv',
      hidden: [64, 32],
      batch: 32,
      l2: 1 / 1461,
      lr: 0.001,
      seed: 0,
      dtype: 'float64',
      splitColumn: 'part',
    });
    expect(train({ batch: 'full', validation: '0' })).toMatchObject({ batch: 'full', validation: 0 });
  });

  it.each([
    ['a', ['a']],
    ['Beak Length (mm), Sex', ['Beak Length (mm)', 'Sex']],
    ['"Weight, kg", b', ['Weight, kg', 'b']],
    ['a, "say ""hi"", you" ,b', ['a', 'say "hi", you', 'b']],
    ['5" pipe,"6"" pipe"', ['5" pipe', '6" pipe']],
  ])('take names between commas: %s', (features, names) => {
    expect(train({ features }).features).toEqual(names);
  });

  it.each([
    [{ batch: '0.5' }, '--batch must be a positive integer, full or auto, got 0.5'],
    [{ batch: '0' }, '--batch must be a positive integer, full or auto, got 0'],
    [{ epochs: 'ten' }, '--epochs must be a positive integer, got ten'],
    [{ lr: '-1' }, '--lr must be a number above 0, or auto, got -1'],
    [{ lr: '' }, '--lr must be a number above 0, or auto, got nothing'],
    [{ lr: 'Infinity' }, '--lr must be a number above 0, or auto, got Infinity'],
    [{ l2: '1/0' }, '--l2 must be a number from 0 on, or a ratio such as 1/1461, got 1/0'],
    [{ hidden: '64,,64' }, '--hidden must be widths between commas, such as 64,64, got 64,,64'],
    [{ features: ' , ' }, '--features must be names between commas, got  , '],
    [
      { validation: '20' },
      '--validation must be a share of the rows from 0 up to 1, such as 0.15, or a file, got 20',
    ],
    [{ splitColumn: '' }, '--split-column must be a name, got nothing'],
    [{ missing: 'fill' }, '--missing must be impute or drop, got fill'],
    [{ dtype: 'float46' }, '--dtype must be float32 or float64, got float46; did you mean float64?'],
    [{ model: 'liner' }, '--model must be auto, linear or mlp, got liner; did you mean linear?'],
    [{ seed: '1.5' }, '--seed must be a whole number from 0 on, got 1.5'],
  ])('are refused in the spelling of the command line: %j', (given, message) => {
    expect(refusal(given)).toBe(message);
  });
});
