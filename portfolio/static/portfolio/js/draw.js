/* Draws a place on a map, by hand or by keys, into the text area of the same form. What is drawn is
   GeoJSON in longitude and latitude; the form reads the text, so nothing here is trusted. */

const FEWEST = { Point: 1, LineString: 2, Polygon: 3 };

document.addEventListener("htmx:load", (event) => prepare(event.target));
prepare(document);

function prepare(part) {
  for (const element of part.querySelectorAll("[data-draw]:not([data-draw-prepared])")) {
    element.setAttribute("data-draw-prepared", "");
    const button = element.querySelector("[data-draw-open]");
    button.hidden = false;
    button.addEventListener("click", () => open(element, button), { once: true });
  }
}

async function open(element, button) {
  const canvas = element.querySelector("[data-draw-canvas]");
  button.disabled = true;
  try {
    const ground = await import(element.dataset.ground);
    const drawing = new Drawing(element);
    const { map } = await ground.openMap(element, canvas, () => style(ground, element, drawing));
    drawing.show(map);
    button.remove();
  } catch (error) {
    console.warn(error);
    canvas.hidden = true;
    button.remove();
    element.querySelector("[data-draw-message]").textContent = element.dataset.failed;
  }
}

class Drawing {
  constructor(element) {
    this.element = element;
    this.text = element.closest("form").querySelector("[data-draw-text]");
    this.shapes = simpleShapes(this.text.value);
    this.kind = null;
    this.positions = [];
  }

  show(map) {
    this.map = map;
    map.doubleClickZoom.disable();
    map.on("click", (event) => this.kind && this.add(event.lngLat));
    map.on("dblclick", () => this.kind && this.finish());
    this.element.querySelector("[data-draw-tools]").hidden = false;
    for (const button of this.element.querySelectorAll("[data-draw-do]")) {
      button.addEventListener("click", () => this[button.dataset.drawDo](button));
    }
    // What is drawn and not finished yet counts when the form is sent.
    this.element.closest("form").addEventListener("submit", () => this.finish(), true);
    this.changed();
  }

  begin(button) {
    this.finish();
    this.kind = button.dataset.drawKind;
    this.changed();
  }

  centre() {
    this.add(this.map.getCenter());
  }

  add({ lng, lat }) {
    const position = [rounded(lng), rounded(lat)];
    if (String(position) === String(this.positions.at(-1))) return;
    this.positions.push(position);
    if (this.kind === "Point") this.finish("Point");
    else this.changed();
  }

  undo() {
    if (!this.positions.length && this.shapes.length) this.reopen();
    this.positions.pop();
    this.changed();
  }

  reopen() {
    const last = this.shapes.pop();
    if (last.type === "Polygon" && last.coordinates.length > 1) return; // its holes have no corners
    this.kind = last.type;
    if (last.type === "Point") this.positions = [last.coordinates];
    else if (last.type === "LineString") this.positions = last.coordinates;
    else this.positions = last.coordinates[0].slice(0, -1);
  }

  finish(next = null) {
    const kind = this.kind;
    if (kind && this.positions.length >= FEWEST[kind]) {
      this.shapes.push({ type: kind, coordinates: coordinates(kind, this.positions) });
    }
    this.positions = [];
    this.kind = typeof next === "string" ? next : null;
    this.changed();
  }

  clear() {
    this.shapes = [];
    this.positions = [];
    this.kind = null;
    this.changed();
  }

  changed() {
    const written = this.shapes.length ? JSON.stringify(collection(this.shapes)) : "";
    if (this.touched) this.text.value = written;
    this.touched = true;
    this.map.getSource("drawing")?.setData(this.features());
    this.element.toggleAttribute("data-draw-under-way", this.kind !== null);
    for (const button of this.element.querySelectorAll("[data-draw-kind]")) {
      button.setAttribute("aria-pressed", String(button.dataset.drawKind === this.kind));
    }
    this.say();
  }

  say() {
    const words = this.element.dataset;
    const count = this.positions.length;
    const message = this.kind
      ? words.underWay.replace("COUNT", count).replace("LEAST", FEWEST[this.kind])
      : words.drawn.replace("COUNT", this.shapes.length);
    this.element.querySelector("[data-draw-message]").textContent = message;
  }

  /* The shapes, then the one under way with its corners. */
  features() {
    const corners = this.positions.map((position) => ({ type: "Point", coordinates: position }));
    const line = this.positions.length > 1 ? [this.outline()] : [];
    return collection([...this.shapes, ...line, ...corners]);
  }

  outline() {
    const closed = this.kind === "Polygon" && this.positions.length > 2;
    return closed
      ? { type: "Polygon", coordinates: coordinates("Polygon", this.positions) }
      : { type: "LineString", coordinates: this.positions };
  }
}

function coordinates(kind, positions) {
  if (kind === "Point") return positions[0];
  return kind === "Polygon" ? [[...positions, positions[0]]] : positions;
}

function collection(shapes) {
  return {
    type: "FeatureCollection",
    features: shapes.map((geometry) => ({ type: "Feature", properties: {}, geometry })),
  };
}

/* A centimetre is seven decimals. */
function rounded(degrees) {
  return Math.round(degrees * 1e7) / 1e7;
}

/* Points, lines and polygons of a text in longitude and latitude; none where it is anything else. */
function simpleShapes(text) {
  try {
    return parts(JSON.parse(text)).filter(isInDegrees);
  } catch {
    return [];
  }
}

function parts(value) {
  if (value.features) return value.features.flatMap(parts);
  if (value.geometry) return parts(value.geometry);
  if (value.geometries) return value.geometries.flatMap(parts);
  if (!value.type.startsWith("Multi")) return [value];
  const type = value.type.slice("Multi".length);
  return value.coordinates.map((coordinates) => ({ type, coordinates }));
}

function isInDegrees({ coordinates }) {
  const numbers = coordinates.flat(Infinity);
  return numbers.length > 0 && numbers.every((value) => Math.abs(value) <= 180);
}

function style(ground, element, drawing) {
  const colour = (name) => ground.token(element, name);
  const layer = (id, type, kind, paint) => ({
    id,
    type,
    source: "drawing",
    filter: ["==", ["geometry-type"], kind],
    paint,
  });
  const line = { "line-color": colour("brand"), "line-width": 4 };
  return {
    version: 8,
    sources: {
      communes: ground.tiles(element.dataset.communes, "communes"),
      drawing: { type: "geojson", data: drawing.features() },
    },
    layers: [
      ...ground.groundLayers(element),
      layer("drawn-areas", "fill", "Polygon", {
        "fill-color": colour("brand"),
        "fill-opacity": 0.35,
      }),
      layer("drawn-edges", "line", "Polygon", line),
      layer("drawn-lines", "line", "LineString", line),
      layer("drawn-points", "circle", "Point", {
        "circle-color": colour("brand"),
        "circle-radius": 6,
        "circle-stroke-color": colour("surface"),
        "circle-stroke-width": 2,
      }),
    ],
  };
}
