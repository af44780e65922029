// Procedure: colours are variables, which a dark scheme sets anew. Lengths are relative to the text
//   or to the window; what has an absolute width would not fit a telephone.

extension HTMLPage {
  /// The style sheet of every page.
  static let style = colors + text + tables + drawings + narrow

  private static let colors = """
    :root { --ink: #1d2129; --faint: #5f6675; --line: #d9dde5; --page: #fbfbfc; --panel: #fff;
      --c0: #2563a8; --c1: #b8500f; --c2: #2e7d4f; --c3: #8a3ea8; --c4: #a8324a; --c5: #5b6472;
      --t0: #dbe9fb; --t1: #fde7cf; --t2: #d9f0df; --t3: #ecdff6; --t4: #fadde1; --t5: #e6e8ec; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e5e8ee; --faint: #a3abba; --line: #353b47; --page: #15181d; --panel: #1c2027;
        --c0: #6cb0f5; --c1: #f0995c; --c2: #6fcf97; --c3: #c58be0; --c4: #f08a9c; --c5: #a9b1be;
        --t0: #1f3a5a; --t1: #583514; --t2: #1c452c; --t3: #45285a; --t4: #5a2530; --t5: #383e48; } }

    """

  private static let text = """
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; print-color-adjust: exact; }
    body { margin: 0; background: var(--page); color: var(--ink); overflow-wrap: break-word;
      font: 1rem/1.55 system-ui, "Noto Sans", sans-serif; }
    main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
    h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 1.25rem; }
    h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-top: 1rem;
      border-top: 1px solid var(--line); }
    p { max-width: 44rem; margin: .5rem 0 1rem; }
    blockquote, pre { margin: 1rem 0; padding: .8rem 1rem; white-space: pre-wrap;
      overflow-wrap: anywhere; background: var(--panel); }
    blockquote { max-width: 44rem; border-left: 3px solid var(--c0); }
    blockquote .label { display: block; color: var(--faint); font-size: .85rem; }
    pre { border: 1px solid var(--line); border-radius: 8px; font-size: .85rem; }
    code { font-family: ui-monospace, "Noto Sans Mono", monospace; }
    summary { cursor: pointer; color: var(--faint); }
    .tokens { display: flex; gap: .9rem; margin: .3rem 0; align-items: baseline; }
    .tokens .label { flex: 0 0 5.5rem; color: var(--faint); font-size: .85rem; }
    .tokens bdi { min-width: 0; line-height: 1.9; overflow-wrap: anywhere; }
    .t { white-space: pre-wrap; padding: .12rem 0; border-radius: 3px; }
    .labels .t { display: inline-block; max-width: 100%; padding: .12rem .4rem;
      margin: 0 .2rem .4rem 0; overflow-wrap: anywhere; }
    .labels small { color: var(--faint); }
    .t0 { background: var(--t0); } .t1 { background: var(--t1); } .t2 { background: var(--t2); }
    .t3 { background: var(--t3); } .t4 { background: var(--t4); } .t5 { background: var(--t5); }

    """

  private static let tables = """
    .wide { overflow-x: auto; }
    table { border-collapse: collapse; margin: .75rem 0; font-size: .93rem; }
    th { text-align: left; vertical-align: bottom; color: var(--faint); font-weight: 600; }
    th, td { padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); }
    td { white-space: nowrap; }
    td.long { white-space: normal; min-width: 16rem; overflow-wrap: anywhere; }
    th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; }
    dl { display: grid; grid-template-columns: minmax(0, 14rem) minmax(0, 1fr); gap: 0 1rem;
      margin: .75rem 0; font-size: .93rem; }
    dt, dd { margin: 0; padding: .3rem 0; border-bottom: 1px solid var(--line); }
    dt { color: var(--faint); }
    dd { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }

    """

  private static let drawings = """
    figure { margin: 1rem 0; padding: 1rem; background: var(--panel); break-inside: avoid;
      border: 1px solid var(--line); border-radius: 8px; }
    figcaption { color: var(--faint); font-size: .88rem; margin-top: .5rem; }
    .legend { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: 0; padding: 0;
      list-style: none; font-size: .8rem; }
    .legend svg { width: 1.6rem; height: .5rem; margin-right: .4rem; }
    .unit { max-width: none; margin: .4rem 0; color: var(--faint); font-size: .8rem; }
    .unit.x { margin: 0; text-align: center; }
    .plot { position: relative; height: 15rem; margin: 1rem 1.2rem 1.7rem 3.8rem; }
    .plot svg { position: absolute; width: 100%; height: 100%; overflow: visible; }
    .plot path, .legend path { fill: none; stroke-width: 2; stroke-linecap: round;
      vector-effect: non-scaling-stroke; }
    .plot path.axis { stroke: var(--line); stroke-width: 1; }
    .plot span { position: absolute; color: var(--faint); font-size: .75rem; line-height: 1;
      white-space: nowrap; font-variant-numeric: tabular-nums; }
    .plot .y { right: 100%; padding-right: .5rem; transform: translateY(-50%); }
    .plot .x { top: 100%; padding-top: .5rem; transform: translateX(-50%); }
    table.bars { width: 100%; margin: 0; font-size: .85rem; }
    .bars th, .bars td { padding: .2rem .6rem .2rem 0; border: 0; font-weight: 400; }
    .bars th { width: 30%; text-align: right; vertical-align: middle; overflow-wrap: anywhere; }
    .bars td.bar { position: relative; height: 1.5rem; padding: 0; }
    .bars td.n { width: 1%; padding: 0 0 0 .6rem; text-align: left; color: var(--faint); }
    .bars .length, .bars .mark { position: absolute; top: .2rem; bottom: .2rem; left: 0; }
    .bars .length { background: var(--c0); border-radius: 2px; }
    .bars .mark { width: 0; top: 0; bottom: 0; border-left: 3px solid var(--c1); }
    .bars .zero { position: absolute; top: 0; bottom: 0; border-left: 1px solid var(--faint); }
    .bars .range { position: absolute; top: calc(50% - .3rem); height: .6rem;
      background: var(--t0); }
    .bars .dot { position: absolute; top: calc(50% - .2rem); width: .4rem; height: .4rem;
      margin-left: -.2rem; border-radius: 50%; background: var(--c0); }

    """

  private static let narrow = """
    @media (max-width: 40rem) {
      main { padding: 1.25rem .75rem 3rem; }
      h1 { font-size: 1.45rem; }
      figure { padding: .75rem .6rem; }
      dl { grid-template-columns: minmax(0, 1fr); }
      dt { border: 0; padding-bottom: 0; }
      dd { padding-top: 0; }
      .tokens { display: block; margin: .6rem 0; }
      .tokens .label { display: block; }
      .plot { height: 12rem; }
      .plot .x.odd { display: none; }
    }
    """
}
