package io.residua.page;

/** The rules of the report's page, beside those of all pages. */
public final class Style {
  private Style() {}

  public static final String CSS =
      """
      :root {
        --c0: #0969da; --c1: #bc4c00; --c2: #1a7f37; --c3: #8250df; --c4: #cf222e; --c5: #0f766e; --c6: #9a6700; --c7: #bf3989; --c8: #6e7781; --c9: #3b5bdb;
        --right: #54aeff; --wrong: #ff9a94; --warn: #9a6700; --warn-back: #fff8c5; --good: #1a7f37; --bad: #cf222e;
      }
      @media (prefers-color-scheme: dark) {
        :root {
          --c0: #58a6ff; --c1: #f0883e; --c2: #3fb950; --c3: #bc8cff; --c4: #ff7b72; --c5: #39c5cf; --c6: #d29922; --c7: #f778ba; --c8: #8b949e; --c9: #91a7ff;
          --right: #1a5fcb; --wrong: #b62324; --warn: #d29922; --warn-back: #272115; --good: #3fb950; --bad: #ff7b72;
        }
      }
      header p { margin: .25rem 0; }
      .headline { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; margin: 1rem 0; }
      .headline b { font-size: 3rem; line-height: 1.1; letter-spacing: -.02em; }
      .headline span { color: var(--soft); flex: 1 1 16rem; }
      .facts { display: grid; gap: .6rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 9.9rem), 1fr)); margin: 1rem 0; }
      .facts div { background: var(--box); border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .7rem; min-width: 0; overflow-wrap: anywhere; }
      .facts b { display: block; font-size: 1.15rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
      .facts small { display: block; line-height: 1.3; }
      .warnings { background: var(--warn-back); border: 1px solid var(--warn); border-radius: .4rem; padding: .6rem 1rem .6rem 2rem; margin: 1rem 0; }
      .warnings li { margin: .2rem 0; overflow-wrap: anywhere; }
      nav { display: flex; flex-wrap: wrap; gap: .3rem 1rem; margin: 1.25rem 0 0; font-size: .9rem; }
      nav a { color: var(--soft); text-underline-offset: .2em; }
      .charts { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); align-items: start; }
      .chart { min-width: 0; break-inside: avoid; }
      .chart h3 { margin: 0 0 .4rem; }
      .chart p { margin: .3rem 0 0; font-size: .85rem; line-height: 1.4; }
      svg { display: block; width: 100%; max-width: 34rem; height: auto; font: 11px system-ui, sans-serif; }
      svg text { fill: var(--text); }
      svg .soft { fill: var(--soft); }
      svg .middle { text-anchor: middle; }
      svg .end { text-anchor: end; }
      svg .tiny { font-size: 8.5px; }
      svg .grid { stroke: var(--line); stroke-width: .6; }
      svg .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
      svg .thick { stroke-width: 7; opacity: .4; }
      svg .dashed { stroke-dasharray: 5 3; }
      svg .dotted { stroke-dasharray: 2 3; }
      svg .cell { fill: var(--box); }
      svg .right { fill: var(--right); }
      svg .wrong { fill: var(--wrong); }
      svg .hollow { fill: none; stroke: var(--text); stroke-width: 1.2; }
      .s0 { stroke: var(--c0); } .s1 { stroke: var(--c1); } .s2 { stroke: var(--c2); } .s3 { stroke: var(--c3); } .s4 { stroke: var(--c4); }
      .s5 { stroke: var(--c5); } .s6 { stroke: var(--c6); } .s7 { stroke: var(--c7); } .s8 { stroke: var(--c8); } .s9 { stroke: var(--c9); }
      .f0 { fill: var(--c0); } .f1 { fill: var(--c1); } .f2 { fill: var(--c2); } .f3 { fill: var(--c3); } .f4 { fill: var(--c4); }
      .f5 { fill: var(--c5); } .f6 { fill: var(--c6); } .f7 { fill: var(--c7); } .f8 { fill: var(--c8); } .f9 { fill: var(--c9); }
      table { font-variant-numeric: tabular-nums; }
      th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
      td.text, th.text { text-align: left; overflow-wrap: anywhere; min-width: 6rem; }
      .best td { font-weight: 700; }
      .pictures { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(min(47%, 9.5rem), 1fr)); }
      .pictures figure { width: auto; min-width: 0; }
      .pictures img { width: 100%; height: auto; border-radius: .3rem; }
      .mistakes { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 23rem), 1fr)); }
      .mistakes .finding p { margin: .1rem 0 .5rem; color: var(--text); }
      .mistakes .pair { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem; }
      .mistakes figure { width: auto; min-width: 0; }
      .mistakes img { width: 100%; height: auto; border-radius: .3rem; }
      .mistakes .near { display: grid; grid-template-columns: repeat(4, 1fr); gap: .4rem; margin-top: .3rem; }
      .good { color: var(--good); } .bad { color: var(--bad); }
      dl { display: grid; grid-template-columns: minmax(6rem, max-content) minmax(0, 1fr); gap: .15rem 1rem; margin: .5rem 0; }
      dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
      pre { background: var(--box); border: 1px solid var(--line); border-radius: .4rem; padding: .7rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; }
      footer { margin-top: 2rem; font-size: .85rem; color: var(--soft); }
      @media print {
        nav { display: none; }
        svg { max-width: 17rem; }
        .charts { grid-template-columns: 1fr 1fr; }
        * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      }
      """;
}
