import { type Axis, clipped, type Mark, type Scene, type Spot, ticksOf, unit } from './scene.js';

const WIDTH = 720;
const HEIGHT = 560;
const LEFT = 76;
const TOP = 56;
const PLOT = { width: WIDTH - LEFT - 28, height: HEIGHT - TOP - 64 };

interface Theme {
  readonly back: string;
  readonly ink: string;
  readonly quiet: string;
  readonly way: string;
  readonly halo: string;
  /** Of the lowest and of the highest ground. */
  readonly ground: readonly [low: string, high: string];
}

const LIGHT: Theme = {
  back: '#ffffff',
  ink: '#1b2733',
  quiet: '#5d6b78',
  way: '#d1410c',
  halo: '#ffffff',
  ground: ['#3f7fb5', '#f1f6fa'],
};
const DARK: Theme = {
  back: '#11161c',
  ink: '#e6edf3',
  quiet: '#93a1ae',
  way: '#ffb454',
  halo: '#11161c',
  ground: ['#2f6f9f', '#172029'],
};

/** The scene as a document of its own, for light and dark pages. */
export function svgOf(scene: Scene): string {
  const unitOf = unit(scene);
  const place = (spot: Spot): Spot => onPage(unitOf(spot));
  const { contours, curve, path, marks } = scene;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">
<title>${escaped(path.length > 0 ? `The way down ${scene.title}` : scene.title)}</title>
<style>
text { font: 13px system-ui, sans-serif; fill: var(--quiet) }
.title { font-size: 16px; font-weight: 600; fill: var(--ink) }
.frame { fill: none; stroke: var(--quiet) }
.tick { stroke: var(--quiet) }
.grid { stroke: var(--quiet); stroke-opacity: 0.18 }
.ground { stroke: var(--ink); stroke-opacity: 0.22; stroke-width: 0.7 }
.curve { fill: none; stroke: var(--g0); stroke-width: 2 }
.halo, .way { fill: none; stroke-linejoin: round; stroke-linecap: round }
.halo { stroke: var(--halo); stroke-opacity: 0.7; stroke-width: 4.5 }
.way { stroke: var(--way); stroke-width: 1.8 }
.dot { fill: var(--way) }
.start { fill: var(--halo); stroke: var(--way); stroke-width: 2.5 }
.end { stroke: var(--way); stroke-width: 3.5; stroke-linecap: round }
svg { ${variables(LIGHT, contours.length)} }
@media (prefers-color-scheme: dark) { svg { ${variables(DARK, contours.length)} } }
</style>
<clipPath id="plot"><rect x="${LEFT}" y="${TOP}" width="${PLOT.width}" height="${PLOT.height}"/></clipPath>
<rect width="100%" height="100%" fill="var(--back)"/>
<text class="title" x="${LEFT}" y="${TOP - 22}">${escaped(shortened(scene.title))}</text>
<g clip-path="url(#plot)">
${contours.length > 0 ? `<rect x="${LEFT}" y="${TOP}" width="${PLOT.width}" height="${PLOT.height}" fill="var(--g0)"/>` : gridLines(scene)}
${contours
  .map(
    ({ rings }, i) =>
      `<path class="ground" fill="var(--g${i + 1})" fill-rule="evenodd" d="${rings
        .flat()
        .map((ring) => `${line(ring.map(place))}Z`)
        .join('')}"/>`,
  )
  .join('\n')}
${curve.length > 0 ? `<path class="curve" d="${line(curve.map(place))}"/>` : ''}
${way(path.map(unitOf))}
</g>
${axis(scene.x, 'x')}
${axis(scene.y, 'y')}
<rect class="frame" x="${LEFT}" y="${TOP}" width="${PLOT.width}" height="${PLOT.height}"/>
${marks.map((mark) => markOf(mark, unitOf(mark.at))).join('\n')}
</svg>
`;
}

const onPage = ([x, y]: Spot): Spot => [LEFT + x * PLOT.width, TOP + (1 - y) * PLOT.height];

const n = (value: number): string => String(Math.round(10 * value) / 10);
const line = (spots: readonly Spot[]): string =>
  spots.map(([x, y], i) => `${i ? 'L' : 'M'}${n(x)} ${n(y)}`).join('');

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (mark) => `&#${mark.codePointAt(0)};`).replace(/\p{Cc}+/gu, ' ');

const shortened = (text: string): string => (text.length > 72 ? `${text.slice(0, 71)}…` : text);

/** Points of a path up to which each is shown. */
const SHOWN = 400;

/** The part of the path in the picture; lines to far away are cut at its edge. */
function way(spots: readonly Spot[]): string {
  const pieces = spots.slice(1).flatMap((to, i) => {
    const piece = clipped(spots[i]!, to);
    return piece === undefined ? [] : [piece.map(onPage) as [Spot, Spot]];
  });
  let d = '';
  let at: Spot | undefined;
  for (const [from, to] of pieces) {
    const goesOn = at !== undefined && Math.hypot(from[0] - at[0], from[1] - at[1]) < 0.01;
    d += line(goesOn ? [to] : [from, to]).replace(/^M/, goesOn ? 'L' : 'M');
    at = to;
  }
  const dots = spots.length > SHOWN ? [] : spots.filter(inView).map(onPage);
  return `<path class="halo" d="${d}"/><path class="way" d="${d}"/>
${dots.map(([x, y]) => `<circle class="dot" cx="${n(x)}" cy="${n(y)}" r="2.2"/>`).join('')}`;
}

const inView = (spot: Spot): boolean => spot.every((at) => at >= 0 && at <= 1);

function markOf({ sign, name }: Mark, spot: Spot): string {
  if (sign === '○') return startMark(spot);
  if (sign === '✕') return endMark(spot);
  const [x, y] = onPage(spot);
  if (!inView(spot)) return '';
  return `<circle class="dot" cx="${n(x)}" cy="${n(y)}" r="4"><title>${escaped(name)}</title></circle><text class="mark" x="${n(x + 7)}" y="${n(y - 7)}">${escaped(name)}</text>`;
}

function startMark(spot: Spot): string {
  const [x, y] = onPage(spot);
  return inView(spot)
    ? `<circle class="start" cx="${n(x)}" cy="${n(y)}" r="6"><title>start</title></circle>`
    : '';
}

function endMark(spot: Spot): string {
  const [x, y] = onPage(spot);
  const arm = 6;
  const cross = `M${n(x - arm)} ${n(y - arm)}L${n(x + arm)} ${n(y + arm)}M${n(x - arm)} ${n(y + arm)}L${n(x + arm)} ${n(y - arm)}`;
  return inView(spot) ? `<path class="end" d="${cross}"><title>best point</title></path>` : '';
}

function axis(on: Axis, which: 'x' | 'y'): string {
  const marks = ticksOf(on, which === 'x' ? 8 : 6).map(({ at, label }) => {
    const share = (at - on.low) / (on.high - on.low);
    const [x, y] = which === 'x' ? onPage([share, 0]) : onPage([0, share]);
    return which === 'x'
      ? `<path class="tick" d="M${n(x)} ${n(y)}v5"/><text x="${n(x)}" y="${n(y + 20)}" text-anchor="middle">${label}</text>`
      : `<path class="tick" d="M${n(x)} ${n(y)}h-5"/><text x="${n(x - 9)}" y="${n(y + 4.5)}" text-anchor="end">${label}</text>`;
  });
  const name = escaped(on.name);
  const middle = TOP + PLOT.height / 2;
  marks.push(
    which === 'x'
      ? `<text x="${LEFT + PLOT.width / 2}" y="${HEIGHT - 18}" text-anchor="middle">${name}</text>`
      : `<text x="18" y="${middle}" text-anchor="middle" transform="rotate(-90 18 ${middle})">${name}</text>`,
  );
  return marks.join('\n');
}

function gridLines({ y }: Scene): string {
  const lines = ticksOf(y, 6).map(({ at }) => onPage([0, (at - y.low) / (y.high - y.low)]));
  return `<path class="grid" d="${lines.map(([x, up]) => `M${n(x)} ${n(up)}h${PLOT.width}`).join('')}"/>`;
}

function variables({ ground: [low, high], ...colours }: Theme, bands: number): string {
  const named = Object.entries(colours).map(([name, colour]) => `--${name}: ${colour}`);
  const mixed = Array.from(
    { length: bands + 1 },
    (_, i) => `--g${i}: ${between(low, high, bands === 0 ? 0 : i / bands)}`,
  );
  return [...named, ...mixed].join('; ');
}

/** A colour between two. */
function between(from: string, to: string, share: number): string {
  const parts = (colour: string): number[] =>
    [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const [a, b] = [parts(from), parts(to)];
  return `#${a
    .map((part, i) =>
      Math.round(part + share * (b[i]! - part))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
