/** The style of what the script adds to the page: overlays, switches, the table of all trials, the pointer's box. */

export const LIVE_STYLE = `
.live{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.plot{position:relative;touch-action:pan-y}
.plot>svg{position:relative}
.plot .overlay,.plot .points{position:absolute;left:0;top:0;pointer-events:none}
.plot .overlay{contain:strict;will-change:transform}
.brushed .marks,.brushed>.points{opacity:.15}
.chosen{stroke:var(--trial);stroke-width:5;stroke-linecap:round;fill:none}
.chosen-path{stroke:var(--trial);stroke-width:1.2;fill:none}
.brush{fill:var(--muted);fill-opacity:.12;stroke:var(--muted)}
circle.hovered{fill:none;stroke:var(--ink);stroke-width:2}
circle.pinned{fill:none;stroke:var(--best);stroke-width:2}
path.hovered{fill:none;stroke:var(--ink);stroke-width:2.5}
path.pinned{fill:none;stroke:var(--best);stroke-width:2.5}
text.pinned{fill:var(--best);font:600 12px system-ui,sans-serif}
button,select,input[type=search]{font:inherit;font-size:13px;color:inherit;background:var(--panel);
border:1px solid var(--rule);border-radius:4px;padding:2px 8px;min-height:26px;max-width:100%}
button{cursor:pointer}
::placeholder{color:var(--muted);opacity:1}
button:hover{border-color:var(--muted)}
input[type=checkbox]{width:16px;height:16px;vertical-align:-2px}
input[type=range]{min-height:24px;max-width:100%}
.save{font-size:12px;color:var(--muted);min-height:24px;padding:0 6px}
pre.copy{position:relative;padding-right:84px}
pre.copy .copy{position:absolute;right:6px;top:6px;min-height:24px;padding:0 8px;background:var(--background)}
.tip{position:fixed;z-index:5;pointer-events:none;contain:content;
max-width:min(360px,48vw);background:var(--background);
border:1px solid var(--rule);border-radius:6px;padding:6px 10px;font-size:13px;line-height:1.4;overflow:hidden}
.tip[hidden]{display:none}
.tip .name{color:var(--muted)}
.tip div{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.machine,.switches,.controls{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:center;margin:6px 0;
font-size:13.5px;color:var(--muted)}
.machine input{flex:1 1 220px}
.rows{overflow:auto;border-top:1px solid var(--rule);border-bottom:1px solid var(--rule)}
.rows table{border-collapse:separate;border-spacing:0}
.rows thead th{position:sticky;top:0;background:var(--background);z-index:1;padding:0}
.rows thead button{border:0;background:none;padding:3px 14px 3px 0;font-weight:600;color:var(--muted)}
.rows td{height:28px;padding:0 14px 0 0;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;
max-width:24ch;vertical-align:middle}
.rows tr.gap td{padding:0;border:0;height:0}
.rows td button{border:0;background:none;padding:0 4px;min-height:24px;min-width:24px}
.rows td.right,.rows th.right{text-align:right}
.rows th.right button{padding:3px 14px 3px 0}
.rows tr.hovered td{background:var(--panel)}
.picker label{display:inline-block;margin-right:14px}
.pinned th,.pinned td,.comparison th,.comparison td{padding:2px 14px 2px 0}
tr.differs td{color:var(--best);font-weight:600}
@media screen{.has-script #table,.has-script #table-note{display:none}}
@media print{.tip,.machine,.switches,.controls,.rows,.overlay,.save,.copy button,#downloads,.others{
display:none}.plot .points{display:none}}
@media (forced-colors:active){circle.hovered,path.hovered{stroke:Highlight}.chosen,.chosen-path{
stroke:CanvasText}circle.pinned,path.pinned{stroke:Highlight}}
`
