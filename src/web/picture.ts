import type { View } from 'vega';
import { COLORS } from '../report/palette.js';

const PNG_SCALE = 2;
/** The drawing as an SVG that stands alone: colours and font written out, on white as documents are. */
export async function svgText(view: View): Promise<string> {
  const text = await view.toSVG();
  return text
    .replace(/var\((--[\w-]+)\)/g, (whole, name: string) => COLORS[name]?.[0] ?? whole)
    .replace(/^(<svg[^>]*>)/, '$1<rect width="100%" height="100%" fill="#ffffff"/>');
}

export async function pngBlob(view: View): Promise<Blob> {
  const text = await svgText(view);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width * PNG_SCALE;
  canvas.height = image.height * PNG_SCALE;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png');
  });
}

export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
