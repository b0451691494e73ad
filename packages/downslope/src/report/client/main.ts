import { drawCharts } from './charts.js';
import { chooseModel } from './choice.js';
import { offerCopies } from './copy.js';
import { showPoints } from './points.js';
import { offerThemes } from './theme.js';

const charts = drawCharts();
offerThemes(charts.redraw);
chooseModel(charts.resize);
showPoints();
offerCopies();
