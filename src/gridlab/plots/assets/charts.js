/* Small charts: plain values in, plotly's traces out; in the page's own colours, which everybody can tell apart. */
gridlab.charts = (function () {
  "use strict";
  const KINDS = gridlab.data.colors.kinds.map((c) => `rgb(${c})`);
  const BRIGHT = [4, 1, 2, 3, 5, 0].map((i) => KINDS[i]); /* the first is too dark on black */
  const RAMP = gridlab.data.colors.viridis.map((c, i, all) => [i / (all.length - 1), `rgb(${c})`]);
  const ROW = 26; /* pixels that a bar or an interval takes */
  const drawn = new Map(); /* element → what draws it again */

  const kinds = () => (gridlab.dark.matches ? BRIGHT : KINDS);
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const fade = (color, alpha) => color.replace("rgb(", "rgba(").replace(")", `,${alpha})`);
  const distinct = (values) => [...new Set(values)];
  /* plotly reads some HTML in texts: a value must stay what it is. */
  const MARKUP = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
  const plain = (text) => String(text).replace(/[&<>]/g, (c) => MARKUP[c]);
  const brief = (text, most) => plain(text.length > most ? text.slice(0, most - 1) + "…" : text);

  function axis(title, more) {
    return {
      title: { text: plain(title || ""), font: { size: 12, color: css("--soft") }, standoff: 8 },
      automargin: true,
      fixedrange: true,
      gridcolor: css("--line"),
      linecolor: css("--line"),
      zerolinecolor: css("--line"),
      tickfont: { size: 12, color: css("--ink") },
      exponentformat: "power",
      ...more,
    };
  }

  /* A place for each name, in the order given. */
  function named(names, most) {
    const places = names.map(plain);
    const ticktext = names.map((name) => brief(name, most));
    return { type: "category", categoryorder: "array", categoryarray: places, tickvals: places, ticktext };
  }

  /* Numbers on an axis of their own kind; texts in the order in which they come. */
  function xAxis(chart) {
    if (chart.x_scale === "categorical") {
      const names = distinct(chart.x.map(String));
      return axis(chart.x_title, named(names, 28));
    }
    const tried = distinct(chart.x).filter((x) => x !== null);
    const few = tried.length <= 8 && (chart.kind === "intervals" || chart.kind === "lines");
    const ticks = few ? { tickvals: tried, ticktext: tried.map((x) => String(Number(x.toPrecision(6)))) } : {};
    return axis(chart.x_title, { type: chart.x_scale, ...ticks });
  }

  /* One trace for each series. */
  function traces(chart, one) {
    const names = chart.series ? distinct(chart.series) : [""];
    return names.map((name, i) => {
      const at = chart.x.map((_, k) => k).filter((k) => !chart.series || chart.series[k] === name);
      const places = chart.x_scale === "categorical" ? chart.x.map(plain) : chart.x;
      const pick = (values) => (values ? at.map((k) => values[k]) : undefined);
      const part = { x: pick(places), y: pick(chart.y), low: pick(chart.low), high: pick(chart.high) };
      const hover = chart.labels ? { text: pick(chart.labels).map(plain), hoverinfo: "text" } : { hoverinfo: "x+y" };
      const shown = { type: "scatter", x: part.x, y: part.y, name: brief(name, 40), showlegend: names.length > 1 };
      return { ...shown, ...hover, ...one(part, kinds()[i % 6]) };
    });
  }

  function errors(part, color) {
    if (!part.low) return undefined;
    const reach = (ends, sign) => part.y.map((y, k) => (ends[k] === null || y === null ? 0 : sign * (ends[k] - y)));
    const [array, arrayminus] = [reach(part.high, 1), reach(part.low, -1)];
    return { type: "data", symmetric: false, array, arrayminus, color, thickness: 1.6, width: 0 };
  }

  /* Bars and intervals over categories lie on their side, where long names can be read; the first stands on top. */
  function sideways(chart) {
    return (chart.kind === "bars" || chart.kind === "intervals") && chart.x_scale === "categorical";
  }
  function turned(trace) {
    const { x, y, error_y, ...rest } = trace;
    return { ...rest, x: y, y: x, error_x: error_y, orientation: "h" };
  }

  const DRAW = {
    bars: (part, color) => ({ type: "bar", marker: { color }, error_y: errors(part, css("--ink")) }),
    intervals: (part, color) => ({ mode: "markers", marker: { color, size: 9 }, error_y: errors(part, color) }),
    lines: (part, color) => ({
      mode: part.x.length > 12 ? "lines" : "lines+markers",
      line: { color, width: 2 },
      marker: { size: 6 },
      error_y: errors(part, fade(color, 0.6)),
    }),
    scatter: (part, color) => ({
      mode: "markers",
      marker: { color, size: 7, opacity: part.x.length > 100 ? 0.5 : 0.85 },
      error_y: errors(part, color),
    }),
  };

  function heatmap(chart) {
    const [columns, rows] = [chart.x.map(String), chart.y.map(String)];
    const [x, y] = [columns.map(plain), rows.map(plain)];
    const cells = x.length * y.length;
    const flat = chart.z.flat().filter((v) => v !== null);
    const whole = flat.every(Number.isInteger);
    const confusion = whole && x.join("\n") === y.join("\n");
    const most = confusion ? mistakes(chart.z) : undefined;
    const trace = {
      type: "heatmap",
      x, y, z: chart.z,
      colorscale: confusion ? blues() : RAMP,
      showscale: cells > 150 && !confusion,
      ...(confusion ? { zmin: 0, zmax: most } : {}),
      xgap: 2, ygap: 2,
      texttemplate: cells <= 150 ? (whole ? "%{z:d}" : "%{z:.3~g}") : "",
      hovertemplate: `${plain(chart.y_title)} %{y}<br>${plain(chart.x_title)} %{x}<br><b>%{z}</b><extra></extra>`,
    };
    return {
      traces: [trace],
      x: axis(chart.x_title, { ...named(columns, 12), showgrid: false, ticks: "" }),
      y: axis(chart.y_title, { ...named(rows, 12), showgrid: false, ticks: "", autorange: "reversed" }),
      height: Math.min(520, Math.max(220, 30 * y.length + 90)),
    };
  }
  /* The diagonal would take the whole scale for itself: the colours end at the commonest mistake. */
  const mistakes = (z) => Math.max(1, ...z.flatMap((row, i) => row.filter((_, j) => i !== j)));
  function blues() {
    const [pale, full] = gridlab.dark.matches ? ["rgb(28,46,66)", "rgb(120,185,235)"] : ["rgb(232,241,249)", "rgb(0,90,150)"];
    return [[0, css("--card")], [0.001, pale], [1, full]];
  }

  function figure(chart) {
    if (chart.kind === "heatmap") return heatmap(chart);
    const flat = sideways(chart);
    const made = traces(chart, DRAW[chart.kind]).map((trace) => (flat ? turned(trace) : trace));
    const [along, up] = [xAxis(chart), axis(chart.y_title, {})];
    if (flat) along.title = { text: "" }; /* the names say what they are */
    const marks = distinct(chart.x.map(String)).length;
    const groups = chart.kind === "bars" && made.length > 1 ? made.length : 1;
    const at = (chart.lines_at || []).map((v) => ({
      type: "line", layer: "below",
      line: { color: css("--soft"), width: 1.2, dash: v === 0 ? "solid" : "dot" },
      ...(flat ? { x0: v, x1: v, yref: "paper", y0: 0, y1: 1 } : { y0: v, y1: v, xref: "paper", x0: 0, x1: 1 }),
    }));
    return {
      traces: made,
      x: flat ? { ...up, zeroline: chart.kind === "bars" } : along,
      y: flat ? { ...along, autorange: "reversed", showgrid: false } : up,
      shapes: at,
      height: flat ? marks * (groups > 1 ? 14 * groups + 4 : ROW) + 80 + (made.length > 1 ? 30 : 0) : 250,
    };
  }

  function layout(made) {
    return {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: css("--ink") },
      margin: { l: 8, r: 12, t: 8, b: 8 },
      height: made.height,
      xaxis: made.x,
      yaxis: made.y,
      shapes: made.shapes || [],
      bargap: 0.35,
      dragmode: false,
      hovermode: "closest",
      hoverlabel: { bgcolor: css("--card"), bordercolor: css("--soft"), font: { color: css("--ink"), size: 12 } },
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { size: 12 } },
    };
  }

  /* Draw a chart into an element, now and whenever the theme changes. */
  async function draw(element, make) {
    drawn.set(element, make);
    await gridlab.picture;
    await gridlab.library("plotly");
    if (drawn.get(element) !== make) return;
    const made = make();
    element.style.minHeight = made.height + "px";
    const still = { displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: false };
    await Plotly.react(element, made.traces, layout(made), still);
    element.dataset.drawn = "";
    performance.mark("chart");
  }

  /* Charts are drawn when they come near the screen: the library takes its second only from those who scroll. */
  const near = new IntersectionObserver(
    (seen) =>
      seen.filter((entry) => entry.isIntersecting).forEach(({ target }) => {
        near.unobserve(target);
        draw(target, () => figure(gridlab.data.charts[Number(target.dataset.chart)]));
      }),
    { rootMargin: "400px" }
  );
  for (const element of document.querySelectorAll("[data-chart]")) {
    element.style.minHeight = figure(gridlab.data.charts[Number(element.dataset.chart)]).height + "px"; /* nothing jumps */
    near.observe(element);
  }
  gridlab.dark.addEventListener("change", () => drawn.forEach((make, element) => draw(element, make)));

  return { draw, figure, axis, fade, kinds };
})();
