// The script of a report page: sorting, search and CSV of its tables. It is put behind csvCell and csvLine of csv-cell.ts.
// Without it every table is there, in its first order.

for (const table of document.querySelectorAll('table')) addTools(table);
for (const details of document.querySelectorAll('details')) openForPrint(details);

function addTools(table) {
  const rows = [...table.tBodies[0].rows];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    button.addEventListener('click', () => sort(table, heads, column));
    head.append(button);
  });
  const tools = document.createElement('div');
  tools.className = 'tools';
  if (rows.length > 5) tools.append(...searchOf(table, rows));
  tools.append(downloadOf(table, heads));
  table.parentElement.before(tools);
}

function searchOf(table, rows) {
  const label = document.createElement('label');
  const input = document.createElement('input');
  const found = document.createElement('output');
  input.type = 'search';
  input.setAttribute('aria-label', `Search ${titleOf(table)}`);
  label.append('Search ', input);
  const texts = rows.map((row) => row.textContent.toLowerCase());
  input.addEventListener('input', () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every((word) => texts[i].includes(word));
      if (!row.hidden) count++;
    });
    found.value = words.length > 0 ? `${count} of ${rows.length} rows` : '';
  });
  return [label, found];
}

/** The rows as they stand: those found, in the order shown. */
function downloadOf(table, heads) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Download CSV';
  button.setAttribute('aria-label', `Download CSV of ${titleOf(table)}`);
  button.addEventListener('click', () => {
    const line = (cells) => csvLine(cells.map((cell, i) => csvOf(cell, heads[i].className)));
    const shown = [...table.tBodies[0].rows].filter((row) => !row.hidden);
    const names = csvLine(JSON.parse(table.dataset.columns).map((name) => csvCell(name, 'text')));
    const text = names + shown.map((row) => line([...row.cells])).join('');
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    link.download = table.dataset.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
  return button;
}

function titleOf(table) {
  return document.getElementById(table.getAttribute('aria-labelledby')).textContent;
}

function csvOf(cell, kind) {
  const value = valueIn(cell);
  return value === null ? '' : csvCell(value, isText(kind) ? 'text' : 'number');
}

function valueIn(cell) {
  const { value, json } = cell.dataset;
  if ('null' in cell.dataset) return null;
  return json === undefined ? (value ?? cell.textContent) : JSON.parse(json);
}

function isText(kind) {
  return kind === 'text' || kind === 'time';
}

/** The first click sorts names upwards and figures downwards; rows without a value come last either way. */
function sort(table, heads, column) {
  const head = heads[column];
  const first = isText(head.className) ? 'ascending' : 'descending';
  const other = first === 'ascending' ? 'descending' : 'ascending';
  const order = head.getAttribute('aria-sort') === first ? other : first;
  for (const one of heads) one.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', order);
  const sign = order === 'ascending' ? 1 : -1;
  const compare = isText(head.className) ? compareText : compareDecimals;
  const keyed = [...table.tBodies[0].rows].map((row) => ({ row, value: valueIn(row.cells[column]) }));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return (a.value === null) - (b.value === null);
    return sign * compare(a.value, b.value);
  });
  table.tBodies[0].append(...keyed.map(({ row }) => row));
}

function compareText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Amounts may have more digits than a number of the browser. */
function compareDecimals(a, b) {
  const [x, y] = [wholeOf(a), wholeOf(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function wholeOf(text) {
  const [whole, decimals = ''] = text.split('.');
  return BigInt(whole + decimals.slice(0, 12).padEnd(12, '0'));
}

/** Paper shows what is folded away, and is folded again afterwards. */
function openForPrint(details) {
  let closed = false;
  addEventListener('beforeprint', () => {
    closed = !details.open;
    details.open = true;
  });
  addEventListener('afterprint', () => {
    if (closed) details.open = false;
  });
}
