/**
 * The page around the sections: type, masthead, list of sections, foot. Inter's contextual forms are off: they would
 * show the `x` of `1920x1080.mp4` as a multiplication sign.
 */
export const PAGE_STYLE = `
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
.masthead .wide{padding-top:2.5rem}
.sender{display:flex;justify-content:space-between;align-items:flex-start;gap:1rem 2rem;flex-wrap:wrap}
.sender p{font-size:1.125rem;font-weight:600}
.sender .classification{font-size:.875rem;font-weight:700;color:var(--muted);margin-left:auto}
.logo{display:block;max-width:15rem;max-height:4rem;margin-bottom:.75rem}
h1{font-size:clamp(2.25rem,1.4rem + 3.4vw,3.75rem);font-weight:700;letter-spacing:-.022em;line-height:1.1;margin:clamp(2.5rem,7vw,5.5rem) 0 0}
.period{font-size:clamp(1.3rem,1.1rem + 1vw,1.75rem);color:var(--primary);margin-top:.6rem}
.strip{display:block;width:100%;height:clamp(4rem,12vw,8.5rem);margin-top:clamp(2rem,5vw,4rem);border-bottom:1.5px solid var(--ink)}
.brief{display:grid;grid-template-columns:minmax(0,1fr);gap:1.5rem clamp(2rem,4vw,4rem);margin-top:2.25rem;align-items:start}
.brief .facts{margin-top:0}
.status{padding:1rem 1.25rem;background:var(--wash);border-left:4px solid var(--fill)}
.status strong{display:block;color:var(--text);font-size:1.125rem;letter-spacing:.01em}
.frame{display:grid;grid-template-columns:minmax(0,1fr);gap:0 clamp(2.5rem,5vw,5rem);margin-top:clamp(2.5rem,6vw,4.5rem)}
.contents h2{font-size:.875rem;font-weight:600;color:var(--muted);margin-bottom:.5rem}
.contents ol{list-style:none;padding:0;border-top:1px solid var(--hairline)}
.contents li{border-bottom:1px solid var(--hairline)}
.contents a{display:flex;gap:.85rem;padding:.45rem 0;color:var(--ink);text-decoration:none;font-size:.9375rem;line-height:1.35}
.contents a span{flex:none;min-width:1.4em;color:var(--primary);font-weight:600;font-variant-numeric:tabular-nums}
.contents a:hover{color:var(--primary);text-decoration:underline}
main{outline:0}
main>section{margin-top:clamp(3rem,6vw,4.5rem)}
main>section>h2{border-top:3px solid var(--primary);padding-top:.85rem;font-size:clamp(1.6rem,1.3rem + 1.1vw,2.125rem);font-weight:700;letter-spacing:-.015em;display:flex;gap:.85rem;margin-bottom:1.1rem}
main>section>h2 .ordinal{color:var(--primary)}
main>section>h2.minor{border:0;padding:0;font-size:1.3125rem;font-weight:600;letter-spacing:0;margin-bottom:.75rem}
.foot{margin-top:clamp(3.5rem,8vw,6rem);padding-bottom:3rem;font-size:.875rem;color:var(--muted)}
.end{display:flex;align-items:center;gap:1.25rem;justify-content:center;font-weight:700;margin-bottom:1.5rem;white-space:nowrap}
.end::before,.end::after{content:"";flex:1;border-top:1px solid var(--hairline)}
.foot .line{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.25rem 2rem}
@media (min-width:52rem){.brief{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}}
@media (min-width:64rem){
.frame{grid-template-columns:13.5rem minmax(0,1fr)}
.contents{position:sticky;top:1.5rem;align-self:start;max-height:calc(100vh - 3rem);overflow-y:auto}
main>section:first-child{margin-top:0}
}
@media (max-width:63.99rem){.contents ol{columns:17rem;column-gap:2.5rem}.contents li{break-inside:avoid}}
`;
