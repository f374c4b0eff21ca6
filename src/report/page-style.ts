/**
 * The style of the page, as one constant text: its hash is part of the page's policy. Colors of figures are attributes,
 * legible without a style; here they follow the theme. Dark colors are for screens only, so paper gets the light ones.
 */

import { LIVE_STYLE } from './page-style-live.ts'
import { DARK, LIGHT } from './palette.ts'
import type { Palette } from './palette.ts'

const LAYOUT = `
*{box-sizing:border-box}
html{scroll-padding-top:44px;color-scheme:light;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--background);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:1060px;margin:0 auto;padding:0 24px}
header{padding-top:24px}
footer{padding-bottom:64px}
h1{font-size:22px;line-height:1.3;margin:0}
h1 small{font-size:inherit;font-weight:400}
h2{font-size:17px;margin:0 0 2px}
h3{font-size:15px;margin:16px 0 2px}
section{margin-top:32px;border-top:1px solid var(--rule);padding-top:18px}
section.answer,section.advice{border-top:0;margin-top:18px;padding-top:0}
p{margin:0 0 8px;max-width:80ch}
small,.muted,.question,figcaption span,h1 small{color:var(--muted)}
.skip{position:absolute;left:-999px}
.skip:focus{left:8px;top:8px;z-index:3;background:var(--background);padding:4px 8px}
a{color:var(--trial)}
:focus-visible{outline:2px solid var(--model);outline-offset:2px}
.facts{display:flex;flex-wrap:wrap;gap:4px 26px;margin:10px 0 0;padding:0;list-style:none;color:var(--muted)}
.facts b{color:var(--ink);font-variant-numeric:tabular-nums}
nav{position:sticky;top:0;z-index:2;background:var(--background);border-bottom:1px solid var(--rule);
margin-top:10px}
nav ul{max-width:1060px;margin:0 auto;padding:2px 24px;list-style:none;display:flex;gap:0 16px;
overflow-x:auto;scrollbar-width:none;font-size:13.5px;white-space:nowrap}
nav ul::-webkit-scrollbar{display:none}
nav a{display:block;padding:6px 0;color:var(--muted);text-decoration:none}
nav a:hover{color:var(--ink)}
#tools{position:sticky;right:0;margin-left:auto;padding-left:8px;background:var(--background);
box-shadow:24px 0 0 var(--background);display:flex;
align-items:center;gap:6px}
.top{display:grid;grid-template-columns:minmax(0,1.15fr) minmax(0,1fr);gap:0 28px}
.number{font-size:40px;line-height:1.15;font-weight:600;font-variant-numeric:tabular-nums;color:var(--best)}
.number small{font-size:18px;font-weight:400;white-space:nowrap}
code,pre{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
pre{background:var(--panel);padding:10px 12px;border-radius:6px;margin:6px 0;white-space:pre-wrap;
overflow-wrap:anywhere;max-height:320px;overflow:auto}
dl{margin:8px 0;display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 16px}
dt{color:var(--muted);max-width:40vw}
dd{margin:0}
dl.lines{grid-template-columns:minmax(0,1fr)}
dl.lines dt{font-size:13px}
ol.advice{margin:0;padding:0;list-style:none}
ol.advice li{padding:7px 0;border-bottom:1px solid var(--grid)}
ol.advice p{margin:0}
figure{margin:12px 0 0;min-width:0}
figcaption{line-height:1.4}
.plot{overflow-x:auto;overflow-y:hidden}
.plot svg{display:block}
.summary{font-size:13.5px;color:var(--muted);margin:2px 0;max-width:none}
.small{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,320px),1fr));gap:8px 20px}
details{margin:4px 0}
details>summary{cursor:pointer;color:var(--muted);font-size:13.5px;padding:3px 0}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums;overflow-wrap:normal}
th,td{padding:3px 14px 3px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid);
max-width:36ch}
th{font-weight:600;color:var(--muted);white-space:nowrap}
td.number-cell,th.number-cell{text-align:right}
tr.best td{color:var(--best);font-weight:600}
.is-empty{color:var(--muted)}
@media (max-width:760px){.top{grid-template-columns:minmax(0,1fr)}
header,main,footer,nav ul{padding-left:16px;padding-right:16px}.number{font-size:32px}
dl{grid-template-columns:minmax(0,1fr)}dt{max-width:none}dd{margin-bottom:4px}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{nav,.skip,noscript{display:none}body{font-size:10pt}main,header,footer{max-width:none;padding:0}
section{margin-top:18px;padding-top:10px}figure,tr,li,dl{break-inside:avoid}h2,h3,.question{break-after:avoid}
pre{max-height:none;overflow:visible}.plot,.scroll{overflow:visible}.plot svg{max-width:100%}
th,td{max-width:22ch;padding-right:8px;font-size:8pt;overflow-wrap:anywhere}
details:not([open]),details.numbers,details>summary,#downloads,.others,ol.advice small a{display:none}
figure{margin-top:8px}.number{font-size:28px}.small{grid-template-columns:repeat(3,1fr);gap:6px 10px}
.plot svg{height:auto}a{color:inherit;text-decoration:none}}
@media (forced-colors:active){.plot svg{forced-color-adjust:none}
:root:root:root{--background:Canvas;--panel:Canvas;--ink:CanvasText;--muted:CanvasText;--rule:GrayText;--grid:GrayText;
--trial:CanvasText;--best:Highlight;--model:CanvasText;--failed:CanvasText;--pruned:CanvasText;--running:CanvasText;
--other:CanvasText}}
`

const variables = ({ colors }: Palette): string =>
  Object.entries(colors)
    .map(([name, color]) => `--${name}:${color}`)
    .join(';')

const shadeVariables = ({ shades }: Palette): string => shades.map((shade, k) => `--v${k}:${shade}`).join(';')

const themed = (palette: Palette, scheme: string): string =>
  `${variables(palette)};${shadeVariables(palette)};color-scheme:${scheme}`

/** The classes that give the marks of figures the colors of the theme. */
function markRules(): string {
  const names = [...Object.keys(LIGHT.colors), ...LIGHT.shades.map((_, k) => `v${k}`)]
  return names.map((name) => `.s-${name}{stroke:var(--${name})}.f-${name}{fill:var(--${name})}`).join('')
}

/** The text of the style element. */
export const pageStyle = (): string =>
  `:root{${themed(LIGHT, 'light')}}
@media screen{
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${themed(DARK, 'dark')}}}
:root[data-theme=dark]{${themed(DARK, 'dark')}}
}
${markRules()}${LAYOUT}${LIVE_STYLE}`
