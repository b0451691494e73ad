import { factorData, factorTables, logisticData, order, ROSENBROCK_START, updateData } from '../data.js';
import { answer, meanSize, measure, type Runner, readAssignment } from '../measure.js';
import type { Of, Task } from '../workload.js';

// The step as one would write it by hand, with typed arrays and nothing else.

const assignment = readAssignment();
const figures = [await measure(runnerOf(assignment.task), assignment)];
answer({ versions: { node: process.version }, figures });

function runnerOf(task: Task): Runner {
  switch (task.kind) {
    case 'rosenbrock':
      return rosenbrock(task);
    case 'logistic':
      return logistic(task);
    case 'factors':
      return factors(task);
    case 'update':
      return update(task);
    default:
      throw new Error(`${task.kind} is not written by hand`);
  }
}

/** A runner from what one step does; `step` gives the loss before it. */
function stepper(reset: () => void, step: (number: number) => number): Runner {
  let taken = 0;
  const run = (calls: number): void => {
    for (let i = 0; i < calls; i++) step(++taken);
  };
  const restart = (): void => {
    taken = 0;
    reset();
  };
  const loss = (number: number): number => {
    restart();
    run(number - 1);
    return step(number);
  };
  return { form: '', steps: 1, reset: restart, run, loss };
}

function rosenbrock({ lr }: Of<'rosenbrock'>): Runner {
  const p = new Float64Array(2);
  const m = new Float64Array(2);
  const v = new Float64Array(2);
  const g = new Float64Array(2);
  const reset = (): void => {
    p.set(ROSENBROCK_START);
    m.fill(0);
    v.fill(0);
  };
  return stepper(reset, (step) => {
    const [x, y] = p as unknown as [number, number];
    const off = y - x * x;
    g[0] = -2 * (1 - x) - 400 * x * off;
    g[1] = 200 * off;
    adam(p, m, v, g, lr, step);
    return (1 - x) ** 2 + 100 * off * off;
  });
}

type Floats = Float32Array | Float64Array;

function adam(p: Floats, m: Floats, v: Floats, g: Floats, lr: number, step: number): void {
  const scale = lr / (1 - 0.9 ** step);
  const correction = 1 / (1 - 0.999 ** step);
  for (let i = 0; i < p.length; i++) {
    const slope = g[i]!;
    const mean = 0.9 * m[i]! + 0.1 * slope;
    const square = 0.999 * v[i]! + 0.001 * slope * slope;
    m[i] = mean;
    v[i] = square;
    p[i] = p[i]! - (scale * mean) / (Math.sqrt(square * correction) + 1e-8);
  }
}

function update(task: Of<'update'>): Runner {
  const [values, g] = updateData(task);
  const [p, m, v] = [values.slice(), new Float32Array(task.size), new Float32Array(task.size)];
  const reset = (): void => {
    p.set(values);
    m.fill(0);
    v.fill(0);
  };
  const runner = stepper(reset, (step) => {
    adam(p, m, v, g, task.lr, step);
    return 0;
  });
  const loss = (steps: number): number => {
    runner.reset();
    runner.run(steps);
    return meanSize(p);
  };
  return { ...runner, loss };
}

function logistic(task: Of<'logistic'>): Runner {
  const { rows, features, batch, lr } = task;
  const { x, y } = logisticData(task);
  const rowOf = order({ ...task, sequential: task.sequential || batch === rows });
  const w = new Float32Array(features);
  const slope = new Float32Array(features);
  let b = 0;
  const reset = (): void => {
    w.fill(0);
    b = 0;
  };
  return stepper(reset, (step) => {
    const first = ((step - 1) * batch) % rows;
    let slopeB = 0;
    let loss = 0;
    slope.fill(0);
    for (let i = first; i < first + batch; i++) {
      const at = rowOf[i]! * features;
      let z = b;
      for (let j = 0; j < features; j++) z += w[j]! * x[at + j]!;
      const target = y[rowOf[i]!]!;
      const tail = Math.exp(-Math.abs(z));
      loss += Math.max(z, 0) - z * target + Math.log1p(tail);
      const error = (z >= 0 ? 1 : tail) / (1 + tail) - target;
      slopeB += error;
      for (let j = 0; j < features; j++) slope[j] = slope[j]! + error * x[at + j]!;
    }
    for (let j = 0; j < features; j++) w[j] = w[j]! - (lr / batch) * slope[j]!;
    b -= (lr / batch) * slopeB;
    return loss / batch;
  });
}

function factors(task: Of<'factors'>): Runner {
  const { rank, rows, batch, lr } = task;
  const { user, item, rating } = factorData(task);
  const rowOf = order(task);
  const [startU, startV] = factorTables(task);
  const [u, v] = [startU.slice(), startV.slice()];
  const errors = new Float32Array(batch);
  const slopes = new Float32Array(2 * rank * batch);
  const reset = (): void => {
    u.set(startU);
    v.set(startV);
  };
  let at = 0;
  const next = (i: number): number => rowOf[(at + i) % rows]!;
  return stepper(reset, (step) => {
    at = ((step - 1) * batch) % rows;
    let loss = 0;
    for (let i = 0; i < batch; i++) {
      const [a, b] = [user[next(i)]! * rank, item[next(i)]! * rank];
      let error = -rating[next(i)]!;
      for (let j = 0; j < rank; j++) error += u[a + j]! * v[b + j]!;
      errors[i] = error;
      loss += error * error;
      for (let j = 0; j < rank; j++) {
        slopes[2 * rank * i + j] = v[b + j]!;
        slopes[2 * rank * i + rank + j] = u[a + j]!;
      }
    }
    for (let i = 0; i < batch; i++) {
      const [a, b] = [user[next(i)]! * rank, item[next(i)]! * rank];
      const rate = ((2 * lr) / batch) * errors[i]!;
      for (let j = 0; j < rank; j++) {
        u[a + j] = u[a + j]! - rate * slopes[2 * rank * i + j]!;
        v[b + j] = v[b + j]! - rate * slopes[2 * rank * i + rank + j]!;
      }
    }
    return loss / batch;
  });
}
