// Brings a picture down to 256 colours: the commonest as they are, the rest rounded to few.
// Takes a PNG in base64, returns {width, height, palette: [r, g, b, ...], pixels: base64}.
async (png) => {
  const EXACT = 160;
  const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const source = context.getImageData(0, 0, image.width, image.height).data;

  const counts = new Map();
  const colors = new Uint32Array(source.length / 4);
  for (let i = 0; i < colors.length; i++) {
    colors[i] = (source[4 * i] << 16) | (source[4 * i + 1] << 8) | source[4 * i + 2];
    counts.set(colors[i], (counts.get(colors[i]) || 0) + 1);
  }
  const common = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || a - b);

  const places = new Map();
  for (let bits = 0; bits < 8; bits++) {
    const mask = ((0xff << bits) & 0xff) * 0x010101;
    const half = bits ? (1 << (bits - 1)) * 0x010101 : 0;
    const palette = new Map();
    places.clear();
    for (const [rank, color] of common.entries()) {
      const shown = rank < EXACT ? color : (color & mask) | half;
      if (!palette.has(shown)) palette.set(shown, palette.size);
      places.set(color, palette.get(shown));
    }
    if (palette.size <= 256) {
      const pixels = Uint8Array.from(colors, (color) => places.get(color));
      const parts = [];
      for (let i = 0; i < pixels.length; i += 32768) {
        parts.push(String.fromCharCode(...pixels.subarray(i, i + 32768)));
      }
      return {
        width: image.width,
        height: image.height,
        palette: [...palette.keys()].flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]),
        pixels: btoa(parts.join("")),
      };
    }
  }
  throw new Error("more than 256 colours are left");
}
