import { createHash } from 'node:crypto';
import type { ReportData } from '../data.js';
import { type Assets, bundledAssets } from './assets.js';
import { classesSection } from './classes.js';
import { curvesSection } from './curves.js';
import { featuresSection } from './features.js';
import { headOf } from './head.js';
import { type Content, html, Markup } from './html.js';
import { fileOf, type Section, sectionOf } from './parts.js';
import { quantitySection } from './quantity.js';
import { runSection } from './run.js';
import { comparisonOf, scoresSection } from './scores.js';
import { tableSection } from './table.js';
import { worstSection } from './worst.js';

/** The report as one page that needs nothing else, and may load nothing else. */
export function reportPage(data: ReportData, assets?: Assets): string {
  const heading = data.learned ? `${data.title} of ${fileOf(data.learned.source)}` : data.title;
  return wholePage({ heading, head: headOf(data), sections: sectionsOf(data) }, assets);
}

/** A page of sections, with its contents beside it. */
export function wholePage(
  { heading, head, sections }: { heading: string; head: Markup; sections: readonly Section[] },
  assets: Assets = bundledAssets(),
): string {
  return `<!doctype html>\n${
    html`<html lang="en">
<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policyFor(assets)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${heading} – Downslope</title><link rel="icon" href="data:,">
<style>${new Markup(assets.style)}</style></head>
<body><a class="skip" href="#main">Skip to the report</a>
<div class="page"><nav aria-label="Contents"><ol>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol>${THEMES}</nav>
<main id="main" tabindex="-1">${head}
${sections.map(sectionOf)}</main></div>
<script>${new Markup(assets.script)}</script></body></html>`.text
  }\n`;
}

function sectionsOf({ title, learned, curves, run }: ReportData): Section[] {
  const drawn = curves.filter(({ charts }) => charts.length > 0);
  const sections: (Section | undefined)[] = [
    learned && scoresSection(learned),
    drawn.length > 0 ? curvesSection(drawn, learned && comparisonOf(learned)) : undefined,
    learned && predictionsOf(title, learned),
    learned && featuresSection({ ...learned, target: title }),
    learned?.judged.worst && worstSection(learned, learned.judged.worst),
    learned?.inspection && tableSection(learned, learned.inspection),
    run && runSection(run, curves),
  ];
  return sections.filter((section) => section !== undefined);
}

function predictionsOf(
  target: string,
  { judged, classes }: NonNullable<ReportData['learned']>,
): Section | undefined {
  if (judged.quantity) return quantitySection(target, judged, judged.quantity);
  return judged.classes && classesSection(judged, judged.classes, classes ?? []);
}

/** Nothing is loaded, and no script or style runs but these two. */
function policyFor({ script, style }: Assets): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

const THEMES: Content = html`<fieldset class="themes" hidden><legend class="unseen">Colours</legend>${[
  'auto',
  'light',
  'dark',
].map(
  (name) => html`<label><input type="radio" name="theme" value="${name}"><span>${name}</span></label>`,
)}</fieldset>`;
