/* What every map stands on: the library opened on demand, the communes in the colours of the page.
   Addresses and texts come from the element's data attributes. */

export async function openMap(element, canvas, style) {
  await styled(element.dataset.stylesheet);
  const library = await import(element.dataset.library);
  library.setWorkerUrl(new URL(element.dataset.worker, location.href).href);
  canvas.hidden = false;
  const [west, south, east, north] = element.dataset.envelope.split(",").map(Number);
  const map = new library.Map({
    container: canvas,
    style: style(),
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
    map.setStyle(style()),
  );
  return { library, map };
}

export function token(element, name) {
  return getComputedStyle(element).getPropertyValue(`--${name}`).trim();
}

export function tiles(address, id) {
  return {
    type: "vector",
    tiles: [location.origin + address],
    maxzoom: 16,
    promoteId: { [id]: "code" },
  };
}

/* Plain ground and our own communes, their names in a font of the reader's machine. */
export function groundLayers(element) {
  const colour = (name) => token(element, name);
  return [
    { id: "ground", type: "background", paint: { "background-color": colour("bg") } },
    communes("commune-areas", "fill", { "fill-color": colour("surface") }),
    communes("commune-edges", "line", { "line-color": colour("control"), "line-width": 0.75 }),
    {
      ...communes("commune-names", "symbol", {
        "text-color": colour("muted"),
        "text-halo-color": colour("surface"),
        "text-halo-width": 1.5,
      }),
      minzoom: 9,
      layout: { "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": 12 },
    },
  ];
}

function communes(id, type, paint) {
  return { id, type, source: "communes", "source-layer": "communes", paint };
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
