interface Points {
  /** Places in the picture. */
  readonly at: readonly [number, number][];
  readonly row: readonly number[];
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
}

/** As far from a point, in the picture's own units, as it is still meant. */
const NEAR = 14;

/** Tells which row a point under the pointer is. */
export function showPoints(): void {
  for (const script of document.querySelectorAll('script.points')) {
    const svg = script.previousElementSibling;
    if (!(svg instanceof SVGSVGElement)) continue;
    const points: Points = JSON.parse(script.textContent ?? '');
    const tip = document.createElement('p');
    tip.className = 'tip';
    tip.hidden = true;
    const ring = document.createElementNS(svg.namespaceURI, 'circle') as SVGCircleElement;
    ring.setAttribute('class', 'ring');
    ring.setAttribute('r', '0');
    svg.append(ring);
    svg.after(tip);
    svg.addEventListener('pointermove', (event) => {
      const matrix = svg.getScreenCTM();
      if (!matrix) return;
      const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
      const near = nearest(points.at, x, y);
      tip.hidden = near === undefined;
      ring.setAttribute('r', near === undefined ? '0' : '5');
      if (near === undefined) return;
      ring.setAttribute('cx', String(points.at[near]![0]));
      ring.setAttribute('cy', String(points.at[near]![1]));
      tip.textContent = `row ${points.row[near]}: actual ${points.actual[near]}, predicted ${points.predicted[near]}`;
    });
    svg.addEventListener('pointerleave', () => {
      tip.hidden = true;
      ring.setAttribute('r', '0');
    });
  }
}

function nearest(at: Points['at'], x: number, y: number): number | undefined {
  let found: number | undefined;
  let least = NEAR;
  for (const [i, [px, py]] of at.entries()) {
    const distance = Math.hypot(px - x, py - y);
    if (distance >= least) continue;
    least = distance;
    found = i;
  }
  return found;
}
