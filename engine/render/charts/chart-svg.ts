import { BarChart, CustomChart, HeatmapChart, LineChart } from 'echarts/charts.js';
import { GridComponent, LegendComponent, VisualMapComponent } from 'echarts/components.js';
import { type EChartsCoreOption, init, use } from 'echarts/core.js';
import { SVGRenderer } from 'echarts/renderers.js';
import { textHtml } from '../escaped.ts';
import type { Chart } from '../report-page.ts';
import { barOption } from './bars.ts';
import type { Drawing } from './drawing.ts';
import { heatMapOption } from './heat-map.ts';
import { lineOption } from './lines.ts';
import { waterfallOption } from './waterfall.ts';

use([BarChart, CustomChart, HeatmapChart, LineChart, GridComponent, LegendComponent, VisualMapComponent, SVGRenderer]);

/**
 * Draws a chart as SVG to stand in a page, with its title as text alternative. Its colours are variables of the page's
 * style, so one drawing serves light and dark.
 *
 * @param id unique on the page
 */
export function chartSvg(chart: Chart, id: string): string {
  const { width, height, option } = drawingOf(chart);
  const canvas = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    canvas.setOption({ animation: false, textStyle: { fontFamily: 'inherit' }, ...option } as EChartsCoreOption);
    return named(bare(canvas.renderToSVGString()), chart, id);
  } finally {
    canvas.dispose();
  }
}

function drawingOf(chart: Chart): Drawing {
  switch (chart.kind) {
    case 'bars':
      return barOption(chart);
    case 'lines':
      return lineOption(chart);
    case 'waterfall':
      return waterfallOption(chart);
    case 'heat-map':
      return heatMapOption(chart);
  }
}

/**
 * Without what the library leaves for its own script in the page, what cannot be seen, and clips, whose ids it counts over
 * all drawings; without a size, so that it follows the page.
 */
function bare(svg: string): string {
  return svg
    .replace(/<style[^>]*>.*?<\/style>/gs, '')
    .replace(/<path [^>]*fill-opacity="0"[^>]*><\/path>/g, '')
    .replace(/<defs *>.*?<\/defs>| clip-path="[^"]*"/gs, '')
    .replace(/ (?:ecmeta_\w+|class|pointer-events)="[^"]*"/g, '')
    .replace(/^<svg [^>]*?(viewBox="[^"]*")>/, '<svg $1>')
    .replace(/>\n+</g, '><')
    .trim();
}

function named(svg: string, { title }: Chart, id: string): string {
  const alternative =
    `<title id="${id}-title">${textHtml(title)}</title>` +
    `<desc id="${id}-values">The values follow as a table.</desc>`;
  return svg
    .replace(/^<svg [^>]*/, (start) => `${start} role="img" aria-labelledby="${id}-title ${id}-values"`)
    .replace('>', () => `>${alternative}`);
}
