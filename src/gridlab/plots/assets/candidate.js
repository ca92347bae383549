/* One candidate, chosen by a click on its line, its row, or its name: its scores on each split, its learning curves on
   training and held-out rows, and how its predictions fall. */
(function () {
  "use strict";
  const panel = document.getElementById("candidate");
  const given = gridlab.data.candidates;
  if (!panel || !given) return;
  const { draw, figure, axis, fade, kinds } = gridlab.charts;
  const part = (name) => panel.querySelector(`[data-part="${name}"]`);
  const chooser = part("chooser");
  const splitter = part("split");
  const rows = rowsByCandidate();
  let current = null;

  function rowsByCandidate() {
    const { columns, rows } = gridlab.data.parallel.experiment.datapoints_compressed;
    return new Map(rows.map((row) => [row[0], Object.fromEntries(columns.map((key, i) => [key, row[i + 2]]))]));
  }

  const shown = (column, value) =>
    value === null || value === undefined ? "–" : typeof value === "number" && column.digits !== null ? value.toFixed(column.digits) : String(value);

  function cell(uid, key) {
    const column = given.columns.find((c) => c.key === key);
    const row = rows.get(uid);
    return column && row ? shown(column, row[key]) : "";
  }

  /* ---- what is written ---- */

  function item(name, value) {
    const li = document.createElement("li");
    const [label, text] = [document.createElement("span"), document.createElement("b")];
    label.textContent = name;
    text.textContent = value;
    li.append(label, " ", text);
    return li;
  }

  function describe(uid) {
    part("params").replaceChildren(...given.params.map((key) => item(key, cell(uid, key))));
    const facts = given.facts.filter((key) => cell(uid, key) !== "").map((key) => item(key, cell(uid, key)));
    part("facts").replaceChildren(...facts);
    const error = given.error ? cell(uid, given.error) : "";
    part("error").textContent = error === "(empty)" ? "" : error;
  }

  /* ---- what is drawn ---- */

  function splits(uid) {
    const scores = given.splits.map((key) => rows.get(uid)[key]);
    const known = scores.some((score) => score !== null && score !== undefined);
    show("splits", known, () => ({
      ...figure({ kind: "intervals", x_scale: "categorical", x: scores.map((_, i) => `split ${i}`), y: scores, x_title: "", y_title: given.metric, lines_at: mean(scores) }),
    }));
  }
  function mean(scores) {
    const known = scores.filter((score) => typeof score === "number");
    return known.length ? [known.reduce((a, b) => a + b) / known.length] : [];
  }

  /* A series' name tells on which rows it was measured; what is left is the measure. */
  const ROWS = [
    ["test_", "solid", "held out"],
    ["val_", "dash", "validation"],
    ["", "dot", "training"],
  ];
  const measure = (series) => series.replace(/^(test|val)_/, "");

  /* A picture for each measure: dotted on training rows, solid on held-out ones, a colour for each split. */
  function curves(uid) {
    const found = given.curves[uid];
    const few = found ? [...new Set(Object.keys(found.series).map(measure))].slice(0, 4) : [];
    while (part("curves").children.length > few.length) part("curves").lastChild.remove();
    few.forEach((name, place) => {
      const held = part("curves").children[place] || part("curves").appendChild(document.createElement("div"));
      held.className = "chart";
      held.setAttribute("role", "img");
      held.setAttribute("aria-label", `Learning curves, ${name}`);
      draw(held, () => curveFigure(found, name));
    });
    part("no-curves").hidden = Boolean(found);
    part("no-curves").textContent = `This page does not hold this candidate's curves: gridlab.load("…").curves(${uid}) has them, if they were recorded.`;
    part("split-label").hidden = part("key").hidden = !found;
  }

  function curveFigure(found, name) {
    const only = splitter.value === "" ? null : Number(splitter.value);
    const made = [];
    for (const [prefix, dash, word] of ROWS) {
      (found.series[prefix + name] || []).forEach((values, split) => {
        if (!values.length || (only !== null && only !== split)) return;
        const color = kinds()[split % 6];
        made.push({
          type: "scatter", mode: found.epochs.length < 3 ? "markers+lines" : "lines",
          x: found.epochs, y: values,
          name: `split ${split}, ${word}`, showlegend: false,
          line: { color: dash === "solid" ? color : fade(color, 0.75), width: dash === "solid" ? 2 : 1.5, dash },
          hovertemplate: `epoch %{x}: %{y:.4~g}<extra>${word}, split ${split}</extra>`,
        });
      });
    }
    const last = found.epochs[found.epochs.length - 1];
    return { traces: made, x: axis("epoch", { range: [0.5, last + 0.5], rangemode: "tozero" }), y: axis(name, {}), height: 260 };
  }

  function confusion(uid) {
    const counts = given.confusion[uid];
    show("confusion", Boolean(counts), () =>
      figure({ kind: "heatmap", x: given.classes, y: given.classes, z: counts, x_title: "predicted", y_title: "true" })
    );
  }

  function show(name, known, make) {
    part(name + "-figure").hidden = !known;
    if (known) draw(part(name), make);
  }

  /* ---- which one ---- */

  function choose(uid, scroll = true) {
    uid = String(uid);
    if (!rows.has(uid)) return;
    current = uid;
    if (![...chooser.options].some((option) => option.value === uid)) chooser.add(new Option(label(uid), uid));
    chooser.value = uid;
    describe(uid);
    splits(uid);
    curves(uid);
    confusion(uid);
    panel.dataset.shown = uid;
    if (scroll) {
      panel.scrollIntoView({ behavior: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth", block: "start" });
      panel.focus({ preventScroll: true });
    }
  }

  const label = (uid) =>
    [...given.heads.map((key) => cell(uid, key)), ...given.varied.map((key) => `${key} ${cell(uid, key)}`)].join(" · ");

  for (const uid of given.order) chooser.add(new Option(label(String(uid)), String(uid)));
  for (let i = 0; i < given.splits.length; i++) splitter.add(new Option(`split ${i}`, String(i)));
  chooser.addEventListener("change", () => choose(chooser.value, false));
  splitter.addEventListener("change", () => curves(current));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-candidate]");
    if (!link) return;
    event.preventDefault();
    choose(link.dataset.candidate);
  });
  gridlab.choose = choose;

  /* The best is there when the reader comes by. */
  const near = new IntersectionObserver(
    (seen) => {
      if (!seen.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      if (current === null && given.order.length) choose(given.order[0], false);
    },
    { rootMargin: "400px" }
  );
  near.observe(panel);
})();
