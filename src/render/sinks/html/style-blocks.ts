import { MOST_INDENT } from './cell.ts';
import { COLUMN_STYLE } from './columns.ts';

const MONO = '"Noto Sans Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace';

const INDENTS = Array.from(
  { length: MOST_INDENT },
  (_, index) => `.in-${index + 1}{padding-left:${1.35 * (index + 1)}rem}`,
).join('');

/** Text, panels, tables and charts. Lines of running text hold about 75 characters. */
export const BLOCK_STYLE = `
section h3{font-size:1.125rem;font-weight:600;margin:2.5rem 0 .6rem}
section p,section ul,section ol{max-width:42.5rem}
section p{margin-top:.9rem}
section h2+p,section h3+p{margin-top:0}
.lead{font-size:1.1875rem;line-height:1.5;font-weight:500;max-width:46rem}
p.muted{font-size:.875rem}
.muted,.note,.sub{color:var(--muted)}
section ul:not([class]),section ol{margin-top:.9rem;padding-left:1.4rem}
section li+li{margin-top:.35rem}
section li::marker{color:var(--primary);font-weight:600}
.mono,code{font-family:${MONO};font-size:.8125em;overflow-wrap:anywhere}
small{display:block;font-size:.8125em;line-height:1.45}
small.mono{font-size:.75em;color:var(--muted)}
.strong{font-weight:600}
.notice{margin-top:1.5rem;padding:.85rem 1.25rem 1rem;background:var(--wash);border-left:4px solid var(--fill);break-inside:avoid}
.notice p{margin:0}
.notice .notice-title{color:var(--text);font-weight:600}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(13rem,45%),1fr));gap:1.75rem 1.5rem;margin-top:1.75rem}
.cards>div{border-top:3px solid var(--fill);padding-top:.6rem;break-inside:avoid}
.cards dt{font-size:.875rem;font-weight:500;color:var(--muted)}
.cards .figure{color:var(--text);font-size:2.125rem;font-weight:600;line-height:1.25;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
.cards .note{font-size:.875rem;line-height:1.4}
.facts{margin-top:1.1rem;font-size:.9375rem}
.facts>div{display:grid;grid-template-columns:minmax(7rem,11.5rem) minmax(0,1fr);gap:0 1.25rem;padding:.4rem 0;border-top:1px solid var(--hairline)}
.facts>div:first-child{border-top:0}
.facts dt{color:var(--muted);font-size:.875rem;line-height:1.7}
.facts dd[class*=tone-]{color:var(--text)}
.facts dd.mono{font-size:.84375rem;line-height:1.75}
@media screen and (max-width:34rem){.facts>div{grid-template-columns:minmax(0,1fr);padding:.55rem 0}.facts dt{line-height:1.4}}
pre{margin-top:1.1rem;padding:.9rem 1.25rem;background:var(--panel);white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.7;break-inside:avoid}
pre code{font-size:.84375rem}
.scroll{overflow-x:auto;margin-top:1.75rem;scroll-margin-top:1rem;background:linear-gradient(to left,var(--ground) 1rem,transparent) right/2.5rem 100% no-repeat local,linear-gradient(to left,var(--hairline),transparent) right/.75rem 100% no-repeat scroll}
table{border-collapse:collapse;width:100%;margin-top:1.75rem;font-size:.875rem;line-height:1.45}
h3+table,h3+.scroll{margin-top:0}
.scroll>table{margin-top:0;min-width:30rem}
.scroll>table.broad{min-width:44rem}
caption{text-align:left;font-weight:600;font-size:.9375rem;padding-bottom:.5rem}
th,td{text-align:left;vertical-align:top;padding:.4rem 1.1rem .4rem 0;border-bottom:1px solid var(--hairline);font-weight:400;overflow-wrap:anywhere}
th:last-child,td:last-child{padding-right:0}
thead th{vertical-align:bottom;font-weight:600;font-size:.8125rem;color:var(--muted);border-bottom:1.5px solid var(--ink);overflow-wrap:normal}
.number{text-align:right;white-space:nowrap;overflow-wrap:normal;font-variant-numeric:tabular-nums}
thead .number{white-space:normal}
td[class*=tone-],th[class*=tone-]{color:var(--text)}
td[class*=tone-]:not(.tone-muted){font-weight:600}
tbody .strong{font-weight:600}
.writable tbody tr{height:3.25rem}
td time,th time{white-space:nowrap}
${INDENTS}
${COLUMN_STYLE}
figure{margin-top:2.25rem;break-inside:avoid}
figcaption{font-weight:600;font-size:.9375rem}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.4rem;list-style:none;padding:0;margin:.5rem 0 0;font-size:.8125rem;max-width:none}
section .legend li{margin:0;display:flex;align-items:center;gap:.45rem}
.swatch{width:.75rem;height:.75rem;flex:none}
.chart{margin-top:.75rem}
.chart svg{display:block;width:100%;min-width:38rem;height:auto;overflow:visible}
.chart text{font-size:7.5px;fill:var(--muted);font-variant-numeric:tabular-nums}
.chart .value-label{font-size:8px;font-weight:500;fill:var(--ink)}
.grid-rule{stroke:var(--hairline);stroke-width:.5}
.axis-rule{stroke:var(--ink);stroke-width:.8}
.texture-ink{fill:var(--ground)}
`;
