package io.residua.page;

import java.util.regex.Pattern;

/** The one design of pages and drawings: their colours, on light and on dark ground, and rules. */
final class Style {
  private static final String LIGHT =
      """
      --back: #fff; --text: #1b1f24; --soft: #59636e; --line: #d1d9e0; --box: #f6f8fa;
      --c0: #0969da; --c1: #bc4c00; --c2: #1a7f37; --c3: #8250df; --c4: #cf222e; --c5: #0f766e; --c6: #9a6700; --c7: #bf3989; --c8: #6e7781; --c9: #3b5bdb;
      --right: #54aeff; --wrong: #ff9a94; --warn: #9a6700; --warn-back: #fff8c5; --good: #1a7f37; --bad: #cf222e;
      """;

  private static final String DARK =
      """
      --back: #0d1117; --text: #e6edf3; --soft: #9198a1; --line: #3d444d; --box: #151b23;
      --c0: #58a6ff; --c1: #f0883e; --c2: #3fb950; --c3: #bc8cff; --c4: #ff7b72; --c5: #39c5cf; --c6: #d29922; --c7: #f778ba; --c8: #8b949e; --c9: #91a7ff;
      --right: #1a5fcb; --wrong: #b62324; --warn: #d29922; --warn-back: #272115; --good: #3fb950; --bad: #ff7b72;
      """;

  private static final String IF_DARK = "@media (prefers-color-scheme: dark) {\n";

  private static final String DRAWINGS =
      """
      svg { font: 11px system-ui, sans-serif; }
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
      svg .back { fill: var(--back); }
      svg .title { font-size: 13px; font-weight: 600; }
      svg .faint { stroke-width: 1; opacity: .5; }
      svg .mark { stroke: var(--soft); stroke-dasharray: 5 4; }
      """;

  private static final String PAGES =
      """
      * { box-sizing: border-box; }
      body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
      h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
      h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
      h3 { font-size: 1rem; margin: 1rem 0 .25rem; overflow-wrap: anywhere; }
      p, small, figcaption { color: var(--soft); overflow-wrap: anywhere; }
      a { color: inherit; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; }
      th, td { padding: .2rem .8rem .2rem 0; text-align: right; border-bottom: 1px solid var(--line); }
      th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; min-width: 5rem; }
      .findings { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); }
      .finding { background: var(--box); border: 1px solid var(--line); border-radius: .4rem; padding: .5rem; min-width: 0; }
      .row { display: flex; flex-wrap: wrap; gap: .35rem; }
      figure { margin: 0; width: 7.2rem; }
      figcaption { font-size: .75rem; line-height: 1.25; }
      img { display: block; max-width: 100%; min-width: 2rem; }
      .none { width: 6rem; height: 4rem; border: 1px dashed var(--line); }
      @media print { body { max-width: none; padding: 0; } .finding, figure, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } }
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
      svg { display: block; width: 100%; max-width: 34rem; height: auto; }
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

  private Style() {}

  /** The rules of all pages. */
  static String ofPages() {
    return ":root {\ncolor-scheme: light dark;\n"
        + LIGHT
        + "}\n"
        + IF_DARK
        + ":root {\n"
        + DARK
        + "}\n}\n"
        + PAGES
        + DRAWINGS;
  }

  /**
   * The rules of a drawing in a file of its own. Colours are not named there, for not all programs
   * that show such files know variables.
   */
  static String ofDrawings() {
    return coloured(LIGHT) + IF_DARK + coloured(DARK) + "}\n";
  }

  private static String coloured(String colours) {
    return Pattern.compile("var\\((--[a-z0-9-]+)\\)")
        .matcher(DRAWINGS)
        .replaceAll(
            use -> colours.replaceFirst("(?s).*" + use.group(1) + ": (#[0-9a-f]+);.*", "$1"));
  }
}
