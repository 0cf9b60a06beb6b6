import type { Report } from '../../../core/report.ts';
import { shorten } from '../../../core/text.ts';
import { visible } from './markup.ts';

/** Most characters in a running head. */
const MOST_RUNNING = 60;

/** Print: A4 with running heads and feet, in the light colours, without what only a screen can use. */
export function printStyle({ title, periodText, id, phrases }: Report): string {
  const [head, period] = [title, periodText].map((text) => cssString(shorten(text, MOST_RUNNING))) as [string, string];
  const pages = phrases.pageOf
    .split(/(\{pages?\})/)
    .map((part) => (part === '{page}' ? 'counter(page)' : part === '{pages}' ? 'counter(pages)' : cssString(part)))
    .join(' ');
  const running = 'font:400 7.5pt "Report Sans",Inter,"Segoe UI","Helvetica Neue",Arial,sans-serif;color:#52606d';
  return `
@page{size:A4;margin:24mm 19mm 24mm;
@top-left{content:${head};${running};font-weight:600}
@top-right{content:${period};${running}}
@bottom-left{content:${cssString(`${phrases.reportId} ${id}`)};${running}}
@bottom-right{content:${pages};${running};font-weight:600}}
@page :first{@top-left{content:""}@top-right{content:""}}
@media print{
html{font-size:9.5pt}
body{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.wide{max-width:none;padding:0}
.masthead .wide{padding-top:1.5rem}
.masthead{break-after:page}
h1{margin-top:7rem}
.brief{grid-template-columns:minmax(0,1fr)}
.frame{display:block;margin-top:0}
#contents{break-after:page}
.contents ol{columns:auto}
.skip,.tools,.pager{display:none!important}
.scroll{overflow:visible;background:none}
.chart svg,.scroll>table,.scroll>table.broad{min-width:0}
table{font-size:8pt}
th,td{padding:.25rem .8rem .25rem 0}
tr,li{break-inside:avoid}
thead{display:table-header-group}
section p{orphans:3;widows:3}
#register-table thead button::after{display:none}
#register-table thead button{min-height:0;color:inherit}
}
`;
}

/** A CSS string of the text: all but letters, digits and blanks as codes, so that nothing can end it. */
export function cssString(text: string): string {
  const escaped = Array.from(visible(text), (character) =>
    /[A-Za-z0-9 ]/.test(character) ? character : `\\${(character.codePointAt(0) ?? 0).toString(16).padStart(6, '0')}`,
  );
  return `"${escaped.join('')}"`;
}
