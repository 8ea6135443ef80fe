// Draws the chart of a view, and sends what the reader selects to the kernel.
const SHARED = /^([bc]_[a-z0-9]+|legend)$/; // brushes of panels and of axes, and tuning jobs

/** Give a selection's value as Vega-Lite takes it for its start. */
function toInitial(name, value) {
  if (name === "legend") return (value.j || []).map((j) => ({ j }));
  const extent = Object.values(value)[0];
  return extent ? { [name.startsWith("b_") ? "x" : "y"]: extent } : {};
}

/** Give a selection's value as JSON can hold it: times as milliseconds. */
function toPlain(name, value) {
  if (name === "legend") return JSON.parse(JSON.stringify(value || {}));
  const entries = Object.entries(value || {});
  return Object.fromEntries(entries.map(([field, extent]) => [field, extent.map(Number)]));
}

function isEmpty(value) {
  return !value || Object.keys(value).length === 0;
}

/** Begin with what is selected, in the theme of the notebook. */
function prepare(model, theme) {
  const spec = structuredClone(model.get("spec"));
  const selections = model.get("_vl_selections") || {};
  for (const param of spec.params || []) {
    const selection = selections[param.name];
    if ("select" in param && SHARED.test(param.name) && selection && !isEmpty(selection.value)) {
      param.value = toInitial(param.name, selection.value);
    }
  }
  paint(spec, theme);
  return spec;
}

/** Send the selections when they change, no more often than `debounce_wait` milliseconds. */
function follow(view, model) {
  const due = new Set();
  let timer = null;
  const send = () => {
    timer = null;
    const selections = { ...model.get("_vl_selections") };
    for (const name of due) {
      const store = JSON.parse(JSON.stringify(view.data(`${name}_store`) || []));
      selections[name] = { value: toPlain(name, view.signal(name)), store };
    }
    due.clear();
    model.set("_vl_selections", selections);
    model.save_changes();
  };
  for (const name of Object.keys(model.get("_vl_selections"))) {
    if (!SHARED.test(name)) continue;
    view.addSignalListener(name, () => {
      due.add(name);
      if (timer === null) timer = setTimeout(send, model.get("debounce_wait"));
    });
  }
  return () => clearTimeout(timer);
}

function explain(el, error) {
  const message = document.createElement("p");
  message.textContent = `The charts could not be drawn (${error.message}).`;
  el.replaceChildren(message);
  console.error(error);
}

async function render({ model, el }) {
  const container = document.createElement("div");
  el.append(container);
  el.classList.add("amtviz-view");
  let finish = () => {};
  let drawn = null;
  let latest = 0;
  let drawings = 0;

  const draw = async () => {
    const turn = ++latest;
    finish();
    finish = () => {};
    drawn = null;
    if (!model.get("spec")) {
      container.replaceChildren();
      return;
    }
    const spec = prepare(model, themeBehind(el));
    const options = { ...(spec.usermeta && spec.usermeta.embedOptions) };
    try {
      const result = await vegaEmbed(container, spec, {
        actions: { export: true, source: false, compiled: false, editor: false },
        ast: false,
        ...options,
        ...model.get("embed_options"),
      });
      if (turn !== latest) {
        result.finalize();
        return;
      }
      drawn = result.view;
      const stop = follow(drawn, model);
      finish = () => {
        stop();
        result.finalize();
      };
      el.amtviz = { view: drawn, drawings: ++drawings };
    } catch (error) {
      explain(container, error);
    }
  };

  const changes = "change:spec change:embed_options change:_redraws";
  model.on(changes, draw);
  const ignoreTheme = onTheme(el, () => drawn && repaint(drawn, themeBehind(el)));
  await draw();
  return () => {
    model.off(changes, draw);
    ignoreTheme();
    finish();
  };
}

export default { render };
