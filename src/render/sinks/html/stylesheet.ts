import { type Brand, darkThemeOf, type Theme, themeOf, type Tone } from '../../../core/design.ts';
import type { Report } from '../../../core/report.ts';
import { shorten } from '../../../core/text.ts';
import { COLUMN_STYLE, MOST_INDENT } from './blocks.ts';
import { fontFaces } from './fonts.ts';
import { visible } from '../printable.ts';

const MONO = '"Noto Sans Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace';

const INDENTS = Array.from(
  { length: MOST_INDENT },
  (_, index) => `.in-${index + 1}{padding-left:${1.35 * (index + 1)}rem}`,
).join('');

/** Text, panels, tables and charts. Lines of running text hold about 75 characters. */
const BLOCK_STYLE = `
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

/**
 * The page around the sections: type, masthead, list of sections, foot. Inter's contextual forms are off: they would
 * show the `x` of `1920x1080.mp4` as a multiplication sign.
 */
const PAGE_STYLE = `
*,::before,::after{box-sizing:border-box}
:root{--sans:"Report Sans",Inter,"Segoe UI","Helvetica Neue",Arial,sans-serif}
html{font-size:100%;-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--ground);color:var(--ink);font:400 1rem/1.6 var(--sans);font-variant-ligatures:no-contextual;overflow-wrap:break-word;-webkit-font-smoothing:antialiased}
h1,h2,h3,p,ul,ol,dl,dd,figure,pre{margin:0}
h1,h2,h3{line-height:1.2;text-wrap:balance;break-after:avoid}
a{color:var(--primary);text-underline-offset:.2em}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:2px}
.unseen,.patterns{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:1rem;top:-4rem;padding:.6rem 1rem;background:var(--ground);color:var(--primary);border:2px solid var(--primary);font-weight:600;z-index:1}
.skip:focus{top:1rem}
.masthead{border-top:10px solid var(--primary)}
.wide{max-width:76rem;margin:0 auto;padding:0 clamp(1.25rem,4vw,3rem)}
.masthead .wide{padding-top:1.1rem}
.sender{display:flex;justify-content:space-between;align-items:flex-start;gap:1rem 2rem;flex-wrap:wrap}
.sender p{font-size:1.125rem;font-weight:600}
.sender .classification{font-size:.875rem;font-weight:700;color:var(--muted);margin-left:auto}
.logo{display:block;max-width:15rem;max-height:4rem;margin-bottom:.75rem}
h1{font-size:clamp(1.375rem,1.1rem + 1.6vw,2.25rem);font-weight:700;letter-spacing:-.022em;line-height:1.1;margin:.25rem 0 0}
.period{font-size:clamp(.9375rem,.85rem + .4vw,1.1875rem);color:var(--primary);margin-top:.2rem}
.period small{display:inline;font-size:.9em}
.status{margin-top:.6rem;padding:.4rem .9rem .5rem;background:var(--wash);border-left:4px solid var(--fill);font-size:.875rem;line-height:1.4}
.status strong{display:inline-block;color:var(--text);font-size:1rem;letter-spacing:.01em;margin-right:1rem}
.frame{display:grid;grid-template-columns:minmax(0,1fr);gap:0 clamp(2.5rem,5vw,5rem);margin-top:clamp(2.5rem,6vw,4.5rem)}
.contents h2{font-size:.875rem;font-weight:600;color:var(--muted);margin-bottom:.5rem}
.contents ol{list-style:none;padding:0;border-top:1px solid var(--hairline)}
.contents li{border-bottom:1px solid var(--hairline)}
.contents a{display:flex;gap:.85rem;padding:.45rem 0;color:var(--ink);text-decoration:none;font-size:.9375rem;line-height:1.35}
.contents a span{flex:none;min-width:1.4em;color:var(--primary);font-weight:600;font-variant-numeric:tabular-nums}
.contents a:hover{color:var(--primary);text-decoration:underline}
main{outline:0}
#cover .cards{margin-top:.9rem;gap:.9rem 1.5rem}
#cover .cards>div{padding-top:.3rem}
#cover .cards .figure{font-size:1.625rem;line-height:1.2}
#cover .cards .note,#cover td small,#cover th small{font-size:.78125rem;line-height:1.3}
#cover table{margin-top:.9rem;font-size:.8125rem;line-height:1.35}
#cover th,#cover td{padding-top:.25rem;padding-bottom:.25rem}
#cover h2{font-size:1.125rem;margin-top:1.1rem}
main .parts>section{margin-top:clamp(3rem,6vw,4.5rem)}
main .parts>section>h2{border-top:3px solid var(--primary);padding-top:.85rem;font-size:clamp(1.6rem,1.3rem + 1.1vw,2.125rem);font-weight:700;letter-spacing:-.015em;display:flex;gap:.85rem;margin-bottom:1.1rem}
main .parts>section>h2 .ordinal{color:var(--primary)}
main .parts>section>h2.minor{border:0;padding:0;font-size:1.3125rem;font-weight:600;letter-spacing:0;margin-bottom:.75rem}
.foot{margin-top:clamp(3.5rem,8vw,6rem);padding-bottom:3rem;font-size:.875rem;color:var(--muted)}
.end{display:flex;align-items:center;gap:1.25rem;justify-content:center;font-weight:700;margin-bottom:1.5rem;white-space:nowrap}
.end::before,.end::after{content:"";flex:1;border-top:1px solid var(--hairline)}
.foot .line{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.25rem 2rem}
@media screen and (max-width:34rem){
.masthead .wide{padding-top:.5rem}
.masthead .period{font-size:.8125rem;line-height:1.4}
.status{font-size:.8125rem;line-height:1.3}
#cover .cards{margin-top:.7rem;gap:.5rem 1rem}
#cover .cards .figure{font-size:1.375rem}
#cover .lead{font-size:.9375rem;line-height:1.35}
#cover table{line-height:1.3}
#cover .scroll{overflow:visible;background:none}
#cover .scroll>table{min-width:0}
#cover .scroll,#cover table{margin-top:.6rem}
#cover thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
#cover tbody tr{display:grid;grid-template-columns:auto minmax(0,1fr) minmax(0,auto);gap:0 .75rem;padding:.2rem 0;border-bottom:1px solid var(--hairline)}
#cover tbody tr>*{padding:0;border:0}
#cover table,#cover caption,#cover tbody{display:block}
#cover tbody tr>:nth-child(1){grid-area:1/1/auto/3}
#cover tbody tr>:nth-child(2){grid-area:2/1}
#cover tbody tr>:nth-child(3){grid-area:2/2;color:var(--muted)}
#cover tbody tr>:nth-child(4){grid-area:1/3;text-align:right}
#cover tbody tr>:nth-child(5){grid-area:2/3;text-align:right}
#cover tbody small{display:none}
}
@media (min-width:40rem){#cover .cards{grid-template-columns:repeat(4,minmax(0,1fr))}}
@media (min-width:64rem){
.frame{grid-template-columns:13.5rem minmax(0,1fr)}
.contents{position:sticky;top:1.5rem;align-self:start;max-height:calc(100vh - 3rem);overflow-y:auto}
main .parts>section:first-child{margin-top:0}
}
@media (max-width:63.99rem){.contents ol{columns:17rem;column-gap:2.5rem}.contents li{break-inside:avoid}}
`;

const MOST_RUNNING = 60;

export type StyledPage = Pick<Report, 'title' | 'periodText' | 'id' | 'phrases' | 'brand'>;

/** Print: A4 with running heads and feet, in the light colours, without what only a screen can use. */
function printStyle({ title, periodText, id, phrases }: StyledPage): string {
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
#cover{break-after:page}
.masthead .wide{padding-top:.5rem}
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

/** The register: its tools, the buttons of its head, and results in words with a shape before them. */
const REGISTER_STYLE = `
[hidden]{display:none!important}
.tools{display:flex;flex-wrap:wrap;gap:1rem;align-items:end;margin-top:1.5rem;padding:1rem 1.25rem 1.15rem;background:var(--panel)}
.tools p{margin:0;flex:0 1 auto}
.tools p:first-child{flex:1 1 16rem}
.tools label{display:block;font-size:.8125rem;font-weight:500;color:var(--muted);margin-bottom:.2rem}
input,select,button{font:inherit;color:inherit}
.tools [type=date]{max-width:9rem}
.tools [type=number]{max-width:7rem}
.tools input,.tools select,.tools button,.pager button{width:100%;min-height:2.5rem;padding:.3rem .7rem;background:var(--ground);border:1px solid var(--muted);border-radius:3px}
.tools button,.pager button{font-weight:600;color:var(--primary);cursor:pointer;padding:.3rem 1.1rem}
.tools button:hover,.pager button:hover:enabled{border-color:var(--primary)}
.pager button:disabled{color:var(--muted);border-color:var(--hairline);cursor:default}
.shown{font-size:.875rem;color:var(--muted);font-variant-numeric:tabular-nums}
.shown+.scroll{margin-top:1rem}
#register-table.rows{table-layout:fixed}
#register-table bdi{font-weight:500}
@media screen and (max-width:34rem){
#register .scroll:has(.rows){overflow:visible;background:none}
#register-table.rows,.rows caption,.rows thead,.rows tbody{display:block;min-width:0}
.rows tr{display:flex;flex-wrap:wrap;gap:.1rem 1rem;padding:.4rem 0;border-bottom:1px solid var(--hairline)}
.rows tr>*{padding:0!important;border:0}
.rows tbody th{flex:1 1 100%}
}
#register-table tbody tr:hover{background:var(--panel)}
#register-table thead button{display:inline-flex;align-items:center;gap:.4rem;min-height:1.75rem;padding:0;border:0;background:none;font-weight:600;text-align:inherit;cursor:pointer}
#register-table thead .number button{flex-direction:row-reverse}
#register-table thead button:hover{color:var(--primary)}
#register-table thead button::after{content:"";flex:none;border:.28rem solid transparent;border-bottom-color:currentcolor;transform:translateY(-.14rem);opacity:0}
#register-table thead button:hover::after,#register-table [aria-sort] button::after{opacity:1}
#register-table [aria-sort] button{color:var(--ink)}
#register-table [aria-sort=descending] button::after{transform:translateY(.14rem) rotate(180deg)}
#register-table .number{padding-right:1.1rem}
#register-table .number:last-child{padding-right:0}
.pager{display:flex;align-items:center;gap:1.25rem;margin-top:1.25rem;font-size:.875rem;font-variant-numeric:tabular-nums}
.pager button{width:auto}
.result{display:inline-flex;align-items:center;gap:.5rem;font-weight:600}
.result::before{content:"";width:.7rem;height:.7rem;flex:none;background:var(--muted-fill);forced-color-adjust:none;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.result.fake{color:var(--fake-text)}
.result.fake::before{background:var(--fake-fill)}
.result.indeterminate{color:var(--indeterminate-text)}
.result.indeterminate::before{background:repeating-linear-gradient(135deg,var(--indeterminate-fill) 0 2px,var(--ground) 2px 3.2px)}
.result.real{color:var(--real-text)}
.result.real::before{background:var(--real-fill)}
.result.failed::before{background:radial-gradient(circle,var(--ground) .8px,transparent 1.1px) 0 0/3.5px 3.5px,var(--muted-fill)}
.result.processing::before{background:none;border:1.5px solid var(--muted-fill)}
`;

/** The colours of the visual system as variables: paper and light screens, dark screens. */
export function colourTokens(brand: Brand): string {
  const light = themeOf(brand);
  return `:root{color-scheme:light dark;${variables(light)}}
@media screen and (prefers-color-scheme:dark){:root{${variables(darkThemeOf(brand))}}}
${tonesOf(light)
  .map(
    (tone) =>
      `.tone-${tone}{--text:var(--${tone}-text);--fill:var(--${tone}-fill);--wash:var(--${tone}-wash)}.fill-${tone}{fill:var(--${tone}-fill)}.line-${tone}{fill:none;stroke:var(--${tone}-fill)}`,
  )
  .join('\n')}
`;
}

function variables(theme: Theme): string {
  const { ink, muted, hairline, ground, wash, primary, accent, tones } = theme;
  const plain = Object.entries({ ink, muted, hairline, ground, panel: wash, primary, accent });
  const toned = tonesOf(theme).flatMap((tone) =>
    Object.entries(tones[tone]).map(([use, colour]) => [`${tone}-${use}`, colour] as const),
  );
  return [...plain, ...toned].map(([name, colour]) => `--${name}:${colour}`).join(';');
}

function tonesOf({ tones }: Theme): Tone[] {
  return Object.keys(tones) as Tone[];
}

/** The only style of the page: a browser accepts it by its hash, so elements have no styles of their own. */
export async function stylesheet(report: StyledPage): Promise<string> {
  return [
    await fontFaces(),
    colourTokens(report.brand),
    PAGE_STYLE,
    BLOCK_STYLE,
    REGISTER_STYLE,
    printStyle(report),
  ].join('');
}
