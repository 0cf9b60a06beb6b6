/** The register: its tools, the buttons of its head, and results in words with a shape before them. */
export const REGISTER_STYLE = `
[hidden]{display:none!important}
.tools{display:flex;flex-wrap:wrap;gap:1rem 1.25rem;align-items:end;margin-top:1.5rem;padding:1rem 1.25rem 1.15rem;background:var(--panel)}
.tools p{margin:0;flex:0 1 auto}
.tools p:first-child{flex:1 1 16rem}
.tools label{display:block;font-size:.8125rem;font-weight:500;color:var(--muted);margin-bottom:.2rem}
input,select,button{font:inherit;color:inherit}
.tools input,.tools select,.tools button,.pager button{width:100%;min-height:2.5rem;padding:.3rem .7rem;background:var(--ground);border:1px solid var(--muted);border-radius:3px}
.tools button,.pager button{font-weight:600;color:var(--primary);cursor:pointer;padding:.3rem 1.1rem}
.tools button:hover,.pager button:hover:enabled{border-color:var(--primary)}
.pager button:disabled{color:var(--muted);border-color:var(--hairline);cursor:default}
.shown{font-size:.875rem;color:var(--muted);font-variant-numeric:tabular-nums}
.shown+.scroll{margin-top:1rem}
#register-table bdi{font-weight:500}
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
.result{display:inline-flex;align-items:center;gap:.5rem;font-weight:600;white-space:nowrap}
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
