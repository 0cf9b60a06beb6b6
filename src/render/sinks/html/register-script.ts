/**
 * Lets the page's register search, filter, sort and turn pages. It works on the rows in the page and writes only text,
 * so nothing in the data can become code. The page allows only this exact script: it is kept as text, because its hash
 * must not depend on how the project was compiled.
 */
export const REGISTER_SCRIPT = String.raw`'use strict';
(() => {
  const PAGE_ROWS = 100;
  const byId = (id) => document.getElementById('register-' + id);
  const table = byId('table');
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...body.rows];
  const tools = byId('tools');
  const fields = [...tools.querySelectorAll('input, select')];
  const timeOf = (row) => row.querySelector('time')?.dateTime;
  const scoreOf = (row) => row.querySelector('data')?.value;
  // What each field, by its name, lets through. A row without a time or score passes none of their filters.
  const tests = {
    search: (row, text) => fold(text).split(/\s+/).every((word) => textOf(row).includes(word)),
    result: (row, value) => row.dataset.result === value,
    medium: (row, value) => row.dataset.medium === value,
    from: (row, day) => timeOf(row) >= day,
    to: (row, day) => timeOf(row) <= day + '~',
    min: (row, value) => scoreOf(row) - value >= 0,
    max: (row, value) => scoreOf(row) - value <= 0,
  };
  const order = new Map(rows.map((row, index) => [row, index]));
  const texts = new Map();
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: 'base' });
  let sorted = rows;
  let page = 0;

  // 'ubergabe' finds 'Übergabe'.
  const fold = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name].toLocaleString(document.documentElement.lang));
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, fold([...row.cells].map((cell) => cell.textContent).join('\n')));
    return texts.get(row);
  };

  const matching = () => {
    const set = fields.filter(({ value }) => value !== '');
    return sorted.filter((row) => set.every(({ name, value }) => tests[name](row, value)));
  };

  const show = (everything) => {
    const found = matching();
    const pages = Math.max(1, Math.ceil(found.length / PAGE_ROWS));
    page = Math.min(page, pages - 1);
    const first = everything ? 0 : page * PAGE_ROWS;
    const shown = everything ? found : found.slice(first, first + PAGE_ROWS);
    body.replaceChildren(...shown);
    const status = byId('shown');
    const values = { first: first + 1, last: first + shown.length, matching: found.length, total: rows.length };
    const said = fill(found.length === 0 ? status.dataset.none : status.dataset.shown, values);
    if (status.textContent !== said) status.textContent = said;
    byId('page').textContent = fill(byId('page').dataset.page, { page: page + 1, pages });
    byId('previous').disabled = page === 0;
    byId('next').disabled = page === pages - 1;
    byId('next').parentElement.hidden = pages === 1;
  };

  const keyOf = {
    order: (row) => order.get(row),
    time: (row, column) => row.cells[column].querySelector('time')?.dateTime ?? null,
    number: (row, column) => {
      const data = row.cells[column].querySelector('data');
      return data === null ? null : Number(data.value);
    },
    // The first line alone: what follows is an id or a note.
    text: (row, column) => row.cells[column].firstChild?.textContent ?? '',
  };

  const sortBy = (head) => {
    const kind = head.dataset.sort;
    // The highest numbers first, all else from its beginning; the second click turns it round.
    const before = head.getAttribute('aria-sort') ?? (kind === 'number' ? 'ascending' : 'descending');
    const descending = before === 'ascending';
    for (const other of heads) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    const keys = new Map(rows.map((row) => [row, keyOf[kind](row, head.cellIndex)]));
    const compare = kind === 'text' ? collator.compare : (one, other) => (one < other ? -1 : one > other ? 1 : 0);
    sorted = [...rows].sort((one, other) => {
      const [left, right] = [keys.get(one), keys.get(other)];
      // What has no value comes last in either direction; equals keep the order of the list.
      if (left === null || right === null) return (left === null) - (right === null) || order.get(one) - order.get(other);
      return (descending ? compare(right, left) : compare(left, right)) || order.get(one) - order.get(other);
    });
    page = 0;
    show();
  };

  for (const head of heads) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    button.addEventListener('click', () => sortBy(head));
    head.replaceChildren(button);
  }
  heads[0].setAttribute('aria-sort', 'ascending');

  const changed = () => {
    page = 0;
    show();
  };
  // The address holds the filters, so it can be kept, sent, and gone back to.
  const remember = () => {
    const set = new URLSearchParams(fields.map(({ name, value }) => [name, value]).filter(([, value]) => value !== ''));
    location.hash = ('register?' + set).replace(/\?$/, '');
  };
  const restore = () => {
    // Other fragments are links to parts of the page.
    const found = /^(?:#register(?:\?(.*))?)?$/.exec(location.hash);
    if (found === null) return;
    const set = new URLSearchParams(found[1]);
    for (const field of fields) {
      const value = set.get(field.name) ?? '';
      // Setting it again would end typing.
      if (field.value !== value) field.value = value;
    }
    changed();
  };
  tools.addEventListener('input', changed);
  tools.addEventListener('change', remember);
  addEventListener('hashchange', restore);
  byId('clear').addEventListener('click', () => {
    for (const field of fields) field.value = '';
    changed();
    remember();
    byId('search').focus();
  });
  const turn = (step) => {
    page += step;
    const focused = document.activeElement;
    show();
    // A button that can do no more loses the keyboard's focus, in some browsers at once.
    if (focused.disabled) byId(step > 0 ? 'previous' : 'next').focus({ preventScroll: true });
    table.closest('.scroll').scrollIntoView({ block: 'start' });
  };
  byId('previous').addEventListener('click', () => turn(-1));
  byId('next').addEventListener('click', () => turn(1));
  // Paper has no pages to turn: everything that matches is printed.
  addEventListener('beforeprint', () => show(true));
  addEventListener('afterprint', () => show(false));

  for (const hidden of document.querySelectorAll('#register [data-script]')) hidden.hidden = false;
  show(false);
  restore();
  if (location.hash.startsWith('#register?')) tools.scrollIntoView();
})();
`;
