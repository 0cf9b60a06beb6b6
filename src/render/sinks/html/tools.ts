import { html, type Markup } from './markup.ts';
import type { Words } from './text-en.ts';
import type { RegisterColumn } from './register-columns.ts';

/** Search and filters. Hidden until the script runs; without it every row is visible anyway. */
export function registerTools(
  { tools, results, media }: Words['register'],
  columns: ReadonlySet<RegisterColumn['id']>,
): Markup {
  return html`<div class="tools" role="search" aria-label="${tools.title}" data-script hidden>
<p><label for="register-search">${tools.search}</label><input id="register-search" type="search" autocomplete="off" spellcheck="false" aria-controls="register-table"></p>
${columns.has('result') ? choice('result', tools.result, tools.all, results) : null}${columns.has('medium') ? choice('medium', tools.medium, tools.all, media) : null}<p><button id="register-clear" type="button">${tools.clear}</button></p>
</div>
<p class="shown" id="register-shown" role="status" data-shown="${tools.shown}" data-none="${tools.none}"></p>\n`;
}

function choice(name: string, title: string, all: string, options: Readonly<Record<string, string>>): Markup {
  return html`<p><label for="register-${name}">${title}</label><select id="register-${name}" autocomplete="off" aria-controls="register-table"><option value="">${all}</option>${Object.entries(
    options,
  ).map(([value, text]) => html`<option value="${value}">${text}</option>`)}</select></p>\n`;
}

/** Page controls of a long register. */
export function registerPager({ tools }: Words['register']): Markup {
  return html`<nav class="pager" aria-label="${tools.pages}" data-script hidden>
<button id="register-previous" type="button">${tools.previous}</button>
<span id="register-page" data-page="${tools.page}"></span>
<button id="register-next" type="button">${tools.next}</button>
</nav>\n`;
}
