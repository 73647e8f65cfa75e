/**
 * A report as data: what `reportHtml`, `reportText`, `reportJson` and `sectionCsv` render, whatever command it is of.
 *
 * Amounts are decimals as text with all their digits and never pass through binary floating point, but for the length of
 * a bar. Times are ISO 8601 in UTC.
 */
export interface ReportPage {
  readonly title: string;
  readonly subtitle: string;
  readonly headline: readonly Figure[];
  readonly sections: readonly Section[];
}

/**
 * How a value is shown, sorted and aligned. `duration` is whole seconds, shown as minutes; `decimal` a number that is no
 * money; `percent` a decimal without its sign of percent.
 */
export type ValueKind = 'text' | 'integer' | 'money' | 'percent' | 'decimal' | 'duration' | 'time';

/** Text and money are text, whole numbers either; null where there is nothing to say. */
export type Cell = string | number | null;

/** A figure a reader takes home. `name` is its key in JSON. */
export interface Figure {
  readonly name: string;
  readonly label: string;
  readonly kind: ValueKind;
  readonly value: Cell;
  /** What it is of, such as a denominator. */
  readonly note?: string;
}

export type Section = TableSection | ChartSection | TextSection;

interface SectionHead {
  /** Key in JSON, name of the CSV file, fragment of the page: lower case, digits, `_`; unique on the page. */
  readonly name: string;
  readonly title: string;
  /** What the figures mean, denominators among it. */
  readonly note?: string;
}

export interface TableSection extends SectionHead {
  readonly kind: 'table';
  readonly columns: readonly Column[];
  /** All of them: how many are shown is up to the renderer. */
  readonly rows: readonly (readonly Cell[])[];
  /** A cell a column, over all rows; null where adding up has no sense. */
  readonly total?: readonly Cell[];
  /** Said in place of a table without rows. */
  readonly empty: string;
  /** Drawn above the table. */
  readonly charts?: readonly Chart[];
}

export interface ChartSection extends SectionHead {
  readonly kind: 'chart';
  readonly chart: Chart;
}

export interface TextSection extends SectionHead {
  readonly kind: 'text';
  readonly paragraphs: readonly string[];
}

export interface Column {
  /** Its name in CSV and JSON. */
  readonly name: string;
  readonly title: string;
  readonly kind: ValueKind;
}

export type Chart = BarChart | LineChart | WaterfallChart | HeatMap;

interface ChartHead {
  /** What is seen, in a sentence: the text alternative. The values follow as a table. */
  readonly title: string;
  readonly valueKind: ValueKind;
}

/** Bars side by side. `lying` has room for names. */
export interface BarChart extends ChartHead {
  readonly kind: 'bars';
  readonly lying?: boolean;
  readonly categoryTitle: string;
  readonly categories: readonly string[];
  readonly series: readonly Series[];
}

/** Curves; over numbers the points stand where their x is, over text side by side. */
export interface LineChart extends ChartHead {
  readonly kind: 'lines';
  readonly xTitle: string;
  readonly x: readonly string[] | readonly number[];
  readonly series: readonly Series[];
}

/** From one amount to another by steps that add up; the amounts stand at the bars, with all their digits. */
export interface WaterfallChart extends ChartHead {
  readonly kind: 'waterfall';
  readonly start: Step;
  readonly steps: readonly Step[];
  readonly end: Step;
}

export interface HeatMap extends ChartHead {
  readonly kind: 'heat-map';
  readonly rowTitle: string;
  readonly columnTitle: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** A list a row, with a value a column. */
  readonly values: readonly (readonly Cell[])[];
}

export interface Series {
  readonly name: string;
  /** One a category. */
  readonly values: readonly Cell[];
}

export interface Step {
  readonly label: string;
  readonly amount: string;
}
