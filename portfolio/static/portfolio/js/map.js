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
    const ground = await import(element.dataset.ground);
    const { library, map } = await ground.openMap(element, canvas, () => style(ground, element));
    listen(library, map, element);
    button.remove();
  } catch (error) {
    console.warn(error);
    canvas.hidden = true;
    button.remove();
    element.querySelector("[data-map-message]").textContent = element.dataset.failed;
  }
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

/* The projects over the ground, in the colours of the page. */
function style(ground, element) {
  const colour = (name) => ground.token(element, name);
  const here = ["==", ["get", "code"], element.dataset.highlight];
  const strength = element.dataset.highlight ? ["case", here, 1, 0.45] : 1;
  const shade = ["case", LIT, colour("focus"), colour("brand")];
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
      communes: ground.tiles(element.dataset.communes, "communes"),
      projects: ground.tiles(element.dataset.projects, "projets"),
    },
    layers: [
      ...ground.groundLayers(element),
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
        "circle-stroke-color": colour("surface"),
        "circle-stroke-width": 2,
      }),
    ],
  };
}
