// Which character comes next? A small GPT learns it from nine tenths of a text and is judged by the rest, against a
// table of how often each character followed the four before it. What is judged chooses nothing: the weights are those
// after the last step, and the steps were counted beforehand. DOWNSLOPE_FULL=1 trains four blocks of width 128 for some
// minutes; otherwise two of width 64 for some seconds, against a table of pairs.
import {
  adamW,
  chain,
  clipByGlobalNorm,
  cosine,
  crossEntropy,
  fit,
  gpt,
  predictor,
  random,
  type Tensor,
  warmup,
} from 'downslope';
import { text } from './data/factbook.js';

const full = Boolean(process.env.DOWNSLOPE_FULL);
const size = full ? { layers: 4, heads: 4, width: 128 } : { layers: 2, heads: 2, width: 64 };
const [context, batchSize, steps, epochs] = full ? [64, 12, 3000, 6] : [32, 24, 500, 1];

const characters = [...new Set(text)].sort();
const tokens = Int32Array.from(text, (character) => characters.indexOf(character));
const cut = Math.floor(0.9 * tokens.length);
const [known, unseen] = [tokens.subarray(0, cut), tokens.subarray(cut)];
const vocabulary = characters.length;

/** So many stretches, evenly spread over the tokens, and for each place in them the token after it. */
function stretches(tokens: Int32Array, count: number) {
  const starts = Array.from({ length: count }, (_, i) => Math.floor((i * (tokens.length - context)) / count));
  const from = (shift: number) => ({
    data: Int32Array.from(
      starts.flatMap((start) => [...tokens.subarray(start + shift, start + shift + context)]),
    ),
    shape: [count, context],
    dtype: 'int32' as const,
  });
  return { x: from(0), y: from(1) };
}

/** The loss on the unseen part of a table of how often each token follows the last `past`, 0.05 added to each count. */
function tableLoss(past: number): number {
  const counts = new Map<string, number>();
  const at = (tokens: Int32Array, i: number) => [
    tokens.subarray(i - past, i).join(),
    tokens.subarray(i - past, i + 1).join(),
  ];
  for (let i = past; i < known.length; i++)
    for (const key of at(known, i)) counts.set(key, (counts.get(key) ?? 0) + 1);
  let sum = 0;
  for (let i = past; i < unseen.length; i++) {
    const [before, all] = at(unseen, i).map((key) => counts.get(key) ?? 0);
    sum -= Math.log((all! + 0.05) / (before! + 0.05 * vocabulary));
  }
  return sum / (unseen.length - past);
}

const model = gpt({ vocabulary, context, ...size });
const lr = warmup(cosine(0.002, { steps: 0.95 * steps, endValue: 0.0002 }), { steps: 0.05 * steps });
const run = fit(model, {
  train: stretches(known, (steps * batchSize) / epochs),
  validation: stretches(unseen, Math.floor(unseen.length / context)),
  loss: (logits: Tensor, y: Tensor) => crossEntropy(logits.reshape([-1, vocabulary]), y.reshape([-1])),
  optimizer: chain(clipByGlobalNorm(1), adamW({ lr, beta2: 0.99, weightDecay: 0.1 })),
  batchSize,
  epochs,
  // The last weights: the best of several looks at the unseen text would be chosen by what is to judge them.
  earlyStopping: { restoreBest: false },
});
for await (const event of run)
  if (event.kind === 'epoch')
    console.log(
      `step ${event.steps}: loss ${event.loss.toFixed(3)}, on unseen text ${event.validationLoss!.toFixed(3)} nats a character (${event.seconds.toFixed(0)} s)`,
    );
const { params, validationLoss } = await run.result;

const next = predictor(model, params);
const numbers = random(0, 'text');
const written = [...unseen.subarray(0, context)];
for (let i = 0; i < 200; i++) {
  const x = { data: Int32Array.from(written.slice(-context)), shape: [1, context], dtype: 'int32' as const };
  // The largest of ln p + Gumbel noise is each token with its chance p.
  const scores = [...next(x).data.slice(-vocabulary)].map(
    (logit) => logit - Math.log(-Math.log(numbers.uniform())),
  );
  written.push(scores.indexOf(Math.max(...scores)));
}
console.log(written.map((token) => characters[token]).join(''));

const past = full ? 4 : 1;
const table = tableLoss(past);
console.log(`GPT ${validationLoss!.toFixed(3)}, table of ${past + 1} characters ${table.toFixed(3)}`);
if (!(validationLoss! < table)) throw new Error('the table is better');
