/* Opens a map on demand. The list or sentence beside it says the same, so a failure says so and
   nothing is lost. Addresses and texts come from the element's data attributes. */

const DETAIL_ZOOM = 11;
const LIT = ["boolean", ["feature-state", "lit"], false];
const WIDE = matchMedia("(min-width: 1100px)");

for (const element of document.querySelectorAll("[data-map]")) {
  const button = element.querySelector("[data-map-open]");
  button.hidden = false;
  if ("wide" in element.dataset && WIDE.matches) {
    open(element, button);
    continue;
  }
  button.addEventListener("click", () => open(element, button), { once: true });
}

async function open(element, button) {
  const canvas = element.querySelector("[data-map-canvas]");
  button.disabled = true;
  try {
    await styled(element.dataset.stylesheet);
    const library = await import(element.dataset.library);
    library.setWorkerUrl(new URL(element.dataset.worker, location.href).href);
    canvas.hidden = false;
    draw(library, element, canvas);
    button.remove();
  } catch (error) {
    console.warn(error);
    canvas.hidden = true;
    button.remove();
    element.querySelector("[data-map-message]").textContent = element.dataset.failed;
  }
}

function styled(address) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.onload = resolve;
    link.onerror = () => reject(new Error(address));
    document.head.append(link);
  });
}

function draw(library, element, canvas) {
  const [west, south, east, north] = element.dataset.envelope.split(",").map(Number);
  const map = new library.Map({
    container: canvas,
    style: style(element),
    bounds: [west, south, east, north],
    fitBoundsOptions: { padding: 24, maxZoom: 14 },
    attributionControl: false,
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    // The tiles of the public map are those of somebody without an account.
    transformRequest: (url) => ({
      url,
      credentials: "wide" in element.dataset ? "same-origin" : "omit",
    }),
    locale: {
      "Map.Title": element.dataset.label,
      "NavigationControl.ZoomIn": element.dataset.zoomIn,
      "NavigationControl.ZoomOut": element.dataset.zoomOut,
      "CooperativeGesturesHandler.WindowsHelpText": element.dataset.scrollHelp,
      "CooperativeGesturesHandler.MacHelpText": element.dataset.scrollHelpMac,
      "CooperativeGesturesHandler.MobileHelpText": element.dataset.touchHelp,
    },
  });
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  map.touchZoomRotate.disableRotation();
  map.once("idle", () => element.setAttribute("data-map-ready", ""));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    map.setStyle(style(element)),
  );
  listen(library, map, element);
}

function listen(library, map, element) {
  const layers = ["project-areas", "project-lines", "project-points"];
  const language = document.documentElement.lang;
  map.on("click", layers, (event) => {
    const { code, name_fr: french, name_en: english } = event.features[0].properties;
    const link = document.createElement("a");
    link.href = element.dataset.page.replace("CODE", encodeURIComponent(code));
    if ("wide" in element.dataset) return location.assign(link.href);
    link.textContent = language.startsWith("en") ? english : french;
    new library.Popup({ closeButton: false }).setLngLat(event.lngLat).setDOMContent(link).addTo(map);
  });
  map.on("mouseenter", layers, () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", layers, () => (map.getCanvas().style.cursor = ""));
  if ("wide" in element.dataset) follow(map);
}

/* The row under the pointer or the focus lights up on the map. */
function follow(map) {
  let lit = null;
  const light = (event) => {
    const code = event.target.closest?.("[data-map-code]")?.dataset.mapCode ?? null;
    if (code === lit) return;
    const feature = (id) => ({ source: "projects", sourceLayer: "projets", id });
    if (lit !== null) map.setFeatureState(feature(lit), { lit: false });
    if (code !== null) map.setFeatureState(feature(code), { lit: true });
    lit = code;
    map.getContainer().dataset.lit = code ?? "";
  };
  document.addEventListener("mouseover", light);
  document.addEventListener("focusin", light);
}

/* Plain ground, our own communes and projects, in the colours of the page. */
function style(element) {
  const token = (name) => getComputedStyle(element).getPropertyValue(`--${name}`).trim();
  const here = ["==", ["get", "code"], element.dataset.highlight];
  const strength = element.dataset.highlight ? ["case", here, 1, 0.45] : 1;
  const shade = ["case", LIT, token("focus"), token("brand")];
  const tiles = (address, id) => ({
    type: "vector",
    tiles: [location.origin + address],
    maxzoom: 16,
    promoteId: { [id]: "code" },
  });
  const layer = (id, type, kind, paint) => ({
    id,
    type,
    source: "projects",
    "source-layer": "projets",
    filter: ["==", ["geometry-type"], kind],
    paint,
  });
  return {
    version: 8,
    sources: {
      communes: tiles(element.dataset.communes, "communes"),
      projects: tiles(element.dataset.projects, "projets"),
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": token("bg") } },
      communes("commune-areas", "fill", { "fill-color": token("surface") }),
      communes("commune-edges", "line", { "line-color": token("control"), "line-width": 0.75 }),
      names(token),
      layer("project-areas", "fill", "Polygon", {
        "fill-color": shade,
        "fill-opacity": element.dataset.highlight ? ["case", here, 0.6, 0.25] : 0.5,
      }),
      layer("project-lines", "line", "LineString", {
        "line-color": shade,
        "line-opacity": strength,
        "line-width": ["interpolate", ["linear"], ["zoom"], DETAIL_ZOOM, 3, 16, 8],
      }),
      layer("project-points", "circle", "Point", {
        "circle-color": shade,
        "circle-opacity": strength,
        "circle-radius": ["case", LIT, 10, 6],
        "circle-stroke-color": token("surface"),
        "circle-stroke-width": 2,
      }),
    ],
  };
}

function communes(id, type, paint) {
  return { id, type, source: "communes", "source-layer": "communes", paint };
}

/* Drawn with a font of the reader's machine: no glyph server. */
function names(token) {
  return {
    id: "commune-names",
    type: "symbol",
    source: "communes",
    "source-layer": "communes",
    minzoom: 9,
    layout: { "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": 12 },
    paint: {
      "text-color": token("muted"),
      "text-halo-color": token("surface"),
      "text-halo-width": 1.5,
    },
  };
}
