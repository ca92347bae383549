/* HiPlot inside our page: axes in the sweep's order, cells escaped, the best lines on top, in colours everybody can tell apart. */
gridlab.parallel = function (given, painted) {
  "use strict";
  let columns = named(given);
  const stock = hiplot.build_props({ dataProviderName: "none", persistentState: null });
  const dark = gridlab.dark;
  const page = document.documentElement;

  function named(data) {
    return new Map(data.columns.map((column) => [column.key, column]));
  }

  const AXIS_ROOM = 84; /* pixels; a narrower screen scrolls */
  const GAP = 30; /* pixels between missing numbers and the others on an axis */
  const REACH = 8; /* pixels from a line within which a click means it */
  const FAILED = new Set(["failed", "partial"]);

  /* ---- colours ---- */

  /* Viridis without the end that fades into the background: the best is darkest on white and brightest on black. */
  function ramp(t) {
    const place = (dark.matches ? 0.22 + 0.78 * t : 0.8 * (1 - t)) * (given.viridis.length - 1);
    const i = Math.min(Math.floor(place), given.viridis.length - 2);
    return given.viridis[i].map((c, k) => Math.round(c + (place - i) * (given.viridis[i + 1][k] - c)));
  }

  function scoreColor(row, alpha) {
    const { key, low, high } = given.color;
    if (row[key] === null) {
      return (FAILED.has(row[given.status]) ? "rgba(213,94,0," : "rgba(128,128,128,") + alpha + ")";
    }
    const t = high > low ? Math.min(1, Math.max(0, (row[key] - low) / (high - low))) : 1;
    return `rgba(${ramp(t).join(",")},${alpha})`;
  }

  const isScore = (column) => given.color !== null && column === given.color.key;

  /* ---- labels ---- */

  const tidy = (x) => (Number.isFinite(x) ? String(Number(x.toPrecision(6))) : "none");
  const fitting = Math.max(8, Math.floor(document.getElementById("plot").clientWidth / given.axes.length / 7)); /* characters */
  const short = (label) => (label.length > fitting ? label.slice(0, fitting - 1) + "…" : label);
  const isNumber = (label) => label !== "" && Number.isFinite(Number(label));

  function inOrder(key, labels) {
    const order = columns.has(key) ? columns.get(key).order : [];
    if (order.length) return order.filter((label) => labels.has(label));
    return [...labels].sort((a, b) => (isNumber(a) && isNumber(b) ? a - b : a < b ? -1 : 1));
  }

  const MARKUP = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  const escaped = (text) => text.replace(/[&<>"']/g, (c) => MARKUP[c]);

  function cell(key, value) {
    if (key === "uid") return value;
    if (value === null || value === undefined) return "-"; /* DataTables sorts a dash below every number */
    if (typeof value !== "number") return escaped(String(value));
    const column = columns.get(key);
    return column && column.digits !== null ? value.toFixed(column.digits) : value;
  }

  /* ---- the picture ---- */

  class Parallel extends stock.plugins.PARALLEL_PLOT {
    constructor(props) {
      super(props);
      const first = columns.get(given.axes[0]);
      const widths = [...first.order.map(short), ...first.ticks.map(tidy), "-0.0000"].map((label) => label.length);
      this.m = [92, 84, 14, Math.max(4, 7 * Math.max(...widths) - 34)];
      this.room = given.axes.length * AXIS_ROOM + this.m[1] + this.m[3];
      this.state = { ...this.state, height: given.height, ...settled(props.persistentState, this.state) };
      this.paths = this.paintBestFirst;
    }

    /* React hands the properties over here: two that we do better are exchanged on the way. */
    get props() {
      return this.handed;
    }
    set props(props) {
      this.handed = props && {
        ...props,
        get_color_for_row: isScore(props.colorby) ? scoreColor : props.get_color_for_row,
        setSelected: (rows, filter) => {
          brushed = Boolean(filter && filter.data && filter.data.length);
          props.setSelected(this.chosen(rows, filter), filter);
        },
      };
    }

    componentDidMount() {
      const root = this.root_ref.current;
      root.style.minWidth = this.room + "px";
      root.parentElement.style.overflowX = "auto";
      super.componentDidMount();
      this.listen(root);
    }
    onResize(height, width) {
      super.onResize(height, Math.max(width, this.room));
    }

    /* Sharp lines on screens with more dots than pixels. */
    compute_dimensions() {
      super.compute_dimensions();
      const dots = window.devicePixelRatio || 1;
      for (const context of [this.foreground, this.highlighted]) {
        const canvas = context.canvas;
        canvas.width = Math.round(this.w * dots);
        canvas.height = Math.round(this.h * dots);
        Object.assign(canvas.style, { boxSizing: "content-box", width: this.w + "px", height: this.h + "px" });
        context.scale(dots, dots);
      }
      this.highlighted.lineWidth = 4;
    }

    /* The rows come best first, and each line is painted beneath those before it. */
    paintBestFirst(rows, context, count) {
      if (this.animloop) this.animloop.stop();
      let done = 0;
      let stopped = false;
      this.animloop = { stop: () => (stopped = true) };
      context.clearRect(0, 0, this.w + 1, this.h + 1);
      context.globalCompositeOperation = "destination-over";
      context.lineWidth = rows.length > 1000 ? 1 : 1.5;
      const alpha = Math.min(1, 4 / Math.pow(rows.length, 0.35));
      const paint = () => {
        if (stopped || count < this.state.brush_count) return;
        const pause = performance.now() + 14;
        while (done < rows.length && performance.now() < pause) {
          this.path(rows[done], context, this.props.get_color_for_row(rows[done], alpha));
          done += 1;
        }
        page.dataset.lines = done;
        if (done < rows.length) window.requestAnimationFrame(paint);
        else painted();
      };
      window.requestAnimationFrame(paint);
    }

    /* ---- one line ---- */

    /* A click on a line shows its candidate; the axes keep theirs for brushing and turning round. */
    listen(root) {
      let pressed = null;
      const free = (event) => !event.target.closest(".pplot-brush, .pplot-label");
      root.addEventListener("mousedown", (event) => (pressed = [event.clientX, event.clientY]));
      root.addEventListener("click", (event) => {
        const still = pressed && Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) < 4;
        const row = still && free(event) ? this.nearest(event) : null;
        if (row && gridlab.choose) gridlab.choose(row.uid);
      });
      root.addEventListener("mousemove", (event) => {
        if (event.buttons || this.looking) return;
        this.looking = window.requestAnimationFrame(() => {
          this.looking = null;
          this.point(free(event) ? this.nearest(event) : null);
        });
      });
      root.addEventListener("mouseleave", () => this.point(null));
    }

    point(row) {
      if (row === (this.pointed || null)) return;
      this.pointed = row;
      this.root_ref.current.style.cursor = row ? "pointer" : "";
      this.props.setHighlighted(row ? [row] : []);
    }

    /* The row whose line passes closest to the pointer, if one is within reach; the better one where two are. */
    nearest(event) {
      const box = this.foreground.canvas.getBoundingClientRect();
      const style = getComputedStyle(this.foreground.canvas);
      const x = event.clientX - box.left - parseFloat(style.paddingLeft);
      const y = event.clientY - box.top - parseFloat(style.paddingTop);
      const places = this.state.dimensions.map((key) => [this.xscale(key), key]).sort((a, b) => a[0] - b[0]);
      const right = places.findIndex(([place]) => place > x);
      if (right < 1) return null;
      const [[x0, from], [x1, to]] = [places[right - 1], places[right]];
      const share = along((x - x0) / (x1 - x0));
      let [best, distance] = [null, REACH];
      for (const row of this.props.rows_selected) {
        const [start, end] = [this.yscale[from](row[from]), this.yscale[to](row[to])];
        const away = Math.abs(start + share * (end - start) - y);
        if (away < distance) [best, distance] = [row, away];
      }
      return best;
    }

    /* Which rows a brush takes. HiPlot compares labels as text; ours stand in the sweep's order, so ask their places. */
    chosen(rows, filter) {
      if (!filter || filter.type !== "All" || filter.data.some((part) => part.type !== "Range")) return rows;
      const tests = filter.data.map(({ data }) => (data.type === "categorical" ? this.between(data) : inRange(data)));
      return this.props.rows_filtered.filter((row) => tests.every((test) => test(row)));
    }
    between({ col, min, max }) {
      const order = this.yscale[col].domain();
      const chosen = new Set(order.slice(order.indexOf(min), order.indexOf(max) + 1));
      return (row) => chosen.has(String(row[col]));
    }

    createScale(key) {
      const scale = super.createScale(key);
      if (scale === null) return scale;
      if (scale.hip_type === "categorical") {
        scale.domain(inOrder(key, new Set(scale.domain())));
        scale.tickFormat = () => short;
      } else if (typeof scale.ticks === "function") {
        tickTried(scale, columns.get(key));
      } else {
        return missingBelow(scale);
      }
      return scale;
    }
  }

  /* HiPlot's lines are Bézier curves that leave and reach an axis level: the share of the rise at a share of the way. */
  function along(x) {
    let [low, high] = [0, 1];
    for (let i = 0; i < 24; i++) {
      const t = (low + high) / 2;
      const way = 3 * (1 - t) * (1 - t) * t * 0.12 + 3 * (1 - t) * t * t * 0.88 + t * t * t;
      if (way < x) low = t;
      else high = t;
    }
    return low * low * (3 - 2 * low);
  }

  const inRange = ({ col, min, max, include_infnans: others }) => (row) => {
    const x = parseFloat(row[col]);
    return (min <= x && x <= max) || (Boolean(others) && !Number.isFinite(x));
  };

  /* Ticks at the values tried, where these are few; plain numbers instead of 1e-3 on logarithmic axes. */
  function tickTried(scale, column) {
    const ticks = column ? column.ticks : [];
    const format = scale.tickFormat;
    const [low, high] = [Math.min(...scale.domain()), Math.max(...scale.domain())];
    if (ticks.length && scale.hip_type !== "numericpercentile") {
      scale.ticks = () => ticks.filter((x) => low <= x && x <= high);
      scale.tickFormat = () => tidy;
    } else if (scale.hip_type === "numericlog") {
      scale.tickFormat = (...args) => {
        const label = format.apply(scale, args);
        return (x) => (label(x) === "" ? "" : tidy(x));
      };
    }
  }

  /* HiPlot puts missing numbers above all others, as nan/inf/null: that is no place for a failed candidate. */
  function missingBelow(scale) {
    const up = () => (scale.range()[1] < scale.range()[0] ? -GAP : GAP);
    const isMissing = (x) => x === null || !Number.isFinite(parseFloat(x));
    const place = (x) => (isMissing(x) ? scale.range()[0] : scale(x) + up());
    const format = scale.tickFormat.apply;
    const tickFormat = {
      apply: (self, args) => {
        const label = format(self, args);
        return (x) => (Number.isNaN(x) ? "none" : label(x));
      },
    };
    const invert = (y) => scale.invert(y - up());
    return Object.assign(place, scale, { tickFormat, invert, copy: () => missingBelow(scale.copy()) });
  }

  /* ---- the table ---- */

  class Table extends stock.plugins.TABLE {
    get props() {
      return this.handed;
    }
    set props(props) {
      this.handed = props && isScore(props.colorby) ? { ...props, get_color_for_row: scoreColor } : props;
    }
    componentDidMount() {
      super.componentDidMount();
      const body = this.table_ref.current.querySelector("tbody");
      body.addEventListener("click", (event) => this.choose(event));
      body.addEventListener("keydown", (event) => {
        if (event.key === "Enter") this.choose(event);
      });
      const reachable = () => body.querySelectorAll("tr:not([tabindex])").forEach((row) => (row.tabIndex = 0));
      new MutationObserver(reachable).observe(body, { childList: true });
      reachable();
    }
    choose(event) {
      const row = this.dt.row(event.target.closest("tr"));
      if (row.data() && gridlab.choose) gridlab.choose(row.data()[this.dt.colReorder.order().indexOf(this.ordered_cols.indexOf("uid"))]);
    }
    /* DataTables writes its cells as HTML. */
    setSelected(rows) {
      super.setSelected(
        rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, cell(key, value)])))
      );
    }
  }

  /* ---- painting, and painting anew ---- */

  let place = null;
  let former = null; /* the data before these */
  let brushed = false;
  const kept = memory();

  /* What the user has changed; HiPlot asks for it whenever it starts anew. */
  function memory(values = new Map(), prefix = "") {
    return {
      get: (name, otherwise) => (values.has(prefix + name) ? values.get(prefix + name) : otherwise),
      set: (name, value) => values.set(prefix + name, value),
      children: (name) => memory(values, prefix + name + "."),
      clear: () => [...values.keys()].filter((name) => name.startsWith(prefix)).forEach((name) => values.delete(name)),
    };
  }

  /* The axes as the user has put them, and none that was taken away; HiPlot remembers them from left to right, and takes
     them from right to left. Those that were not there before stand on the right. */
  function settled(remembered, { hide }) {
    const left = remembered.get("order", null);
    if (former === null || left === null) return {};
    const hidden = given.experiment.display_data.PARALLEL_PLOT.hide;
    const removed = [...hide].filter((key) => former.axes.includes(key));
    const untouched = left.join() === former.axes.join();
    const added = given.axes.filter((key) => !left.includes(key) && !removed.includes(key));
    return {
      order: (untouched ? given.axes : [...left, ...added]).slice().reverse(),
      hide: new Set([...hidden, ...removed]),
    };
  }

  function draw() {
    place = document.createElement("div");
    document.getElementById("plot").replaceChildren(place);
    paint();
  }

  function paint() {
    hiplot.render(place, {
      ...stock,
      plugins: { PARALLEL_PLOT: Parallel, TABLE: Table },
      persistentState: kept /* in the address, it would turn the axes round on every reload */,
      experiment: { ...given.experiment },
      dark: dark.matches,
    });
  }

  /* New data in the place of the old, unless candidates are chosen, which it would undo; whether it was done. Axes, scales
     and colours stay as the user has put them. */
  function renew(fresh) {
    if (brushed) return false;
    if (kept.get("color_by") === given.experiment.colorby) kept.set("color_by", fresh.experiment.colorby);
    [former, given, columns] = [given, fresh, named(fresh)];
    paint();
    return true;
  }

  draw();
  gridlab.renew = renew;
  dark.addEventListener("change", draw);
};
