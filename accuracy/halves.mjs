/** To which half a measurement belongs, by its name alone: constants come from the fitted half, bars are judged on the tested one. */
export const halfOf = (name) => (fnv1a(name) % 2 === 0 ? 'fitted' : 'tested');

/** 32 bits that tell the halves apart. */
function fnv1a(text) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
